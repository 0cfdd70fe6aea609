import type { Command } from 'commander';
import { maps } from './maps.ts';
import { addPlayOptions, type PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import type { Verb } from './verb.ts';

/** `loadtest`: each experiment's candidate under its load, without faults. */
export const loadtest: Verb = {
  summary: 'each pattern under its load, no faults: objectives, report',
  configure: (command: Command) => addPlayOptions(command),
  run: async (names: string[], options: PlayOptions) => {
    const picked = await pickExperiments(names, maps, () => true);
    return play({ command: 'loadtest', ...picked, options });
  },
};
