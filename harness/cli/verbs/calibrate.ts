import type { Command } from 'commander';
import { addExperiments, addFaultOption, addLoadOptions, DEFAULT_PAIRS, wholeNumber } from '../options.ts';
import type { Verb } from '../verb.ts';

export const calibrate: Verb = {
  summary: 'plays the candidate against itself: the smallest change that this machine can show, per metric',
  examples: [
    'npm run calibrate -- steady-1000',
    'npm run calibrate -- circuit-breaker --fault latency  # its metrics in the fault too',
    'npm run calibrate -- steady-1000 --pairs 12 --duration 20',
  ],
  configure: (command: Command) =>
    addLoadOptions(
      addFaultOption(addExperiments(command)).option(
        '--pairs <n>',
        'how often it is played against itself',
        wholeNumber(2, 100),
        DEFAULT_PAIRS,
      ),
    ),
  load: async () => (await import('../calibrate.ts')).runCalibrate,
};
