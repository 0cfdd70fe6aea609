import type { Command } from 'commander';
import type { ExitCode } from '#contract/exit-codes.ts';
import { maps } from './maps.ts';
import type { PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import { askedFor } from './resume.ts';

/** `loadtest`: each experiment's candidate under its load, without faults. */
export async function runLoadtest(
  names: string[],
  options: PlayOptions,
  command: Command,
): Promise<ExitCode> {
  const asked = await askedFor(names, options, command);
  const picked = await pickExperiments(asked.names, maps, () => true);
  return play({ command: 'loadtest', ...picked, ...asked });
}
