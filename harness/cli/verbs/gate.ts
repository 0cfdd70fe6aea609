import type { Command } from 'commander';
import { allowOption, JSON_OPTION, PINS_OPTION, RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const gate: Verb = {
  summary: 'judges a run for CI: its objectives, and regression against its pin; with a job summary',
  examples: [
    'npm run gate',
    'npm run gate -- latest --allow inconclusive',
    'npm run --silent gate -- latest --json > verdict.json',
  ],
  configure: (command: Command) =>
    command
      .argument('[run]', RUN_ARGUMENT, 'latest')
      .option(...PINS_OPTION)
      .option('--allow-other-machine', 'hold it against a pin of another machine all the same', false)
      .addOption(allowOption())
      .option('--out <dir>', 'folder for verdict and reports, in place of the run folder')
      .option(...JSON_OPTION),
  load: async () => (await import('../gate.ts')).runGate,
};
