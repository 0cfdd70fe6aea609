import type { Command } from 'commander';
import { maps } from './maps.ts';
import { addPlayOptions, type PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import { askedFor } from './resume.ts';
import type { Verb } from './verb.ts';

/** `loadtest`: each experiment's candidate under its load, without faults. */
export const loadtest: Verb = {
  summary: 'each pattern under its load, no faults: objectives, report',
  examples: [
    'npm run loadtest',
    'npm run loadtest -- steady-1000 --rate 500 --duration 20',
    'npm run loadtest -- ./mine.ts --dry-run',
  ],
  configure: (command: Command) => addPlayOptions(command),
  run: async (names: string[], options: PlayOptions, command: Command) => {
    const asked = await askedFor(loadtest, names, options, command);
    const picked = await pickExperiments(asked.names, maps, () => true);
    return play({ command: 'loadtest', ...picked, ...asked });
  },
};
