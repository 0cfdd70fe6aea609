import type { Command } from 'commander';
import { maps } from './maps.ts';
import { addFaultOption, addPlayOptions, type PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import type { Verb } from './verb.ts';

/** `compare`: candidate against baselines in interleaved rounds, claims judged over their pairs. */
export const compare: Verb = {
  summary: 'candidate against baselines in interleaved pairs: what it wins and what it costs',
  examples: [
    'npm run compare -- circuit-breaker',
    'npm run compare -- circuit-breaker --profile quick  # one pair: effects, no judgement',
    'npm run --silent compare -- circuit-breaker --json > verdict.json',
  ],
  configure: (command: Command) => addFaultOption(addPlayOptions(command, 'standard')),
  run: async (names: string[], options: PlayOptions) => {
    const picked = await pickExperiments(names, maps, ({ baselines }) => Object.keys(baselines).length > 0);
    return play({ command: 'compare', ...picked, options });
  },
};
