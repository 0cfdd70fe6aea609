import type { Command } from 'commander';
import type { ExitCode } from '#contract/exit-codes.ts';
import { findCommit } from './against.ts';
import { findTarget } from './against-target.ts';
import { maps } from './maps.ts';
import type { PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import { askedFor } from './resume.ts';

type CompareOptions = PlayOptions & { against?: string; againstTarget?: string };

/** `compare`: candidate against baselines, or another commit's system, in interleaved rounds. */
export async function runCompare(
  names: string[],
  given: CompareOptions,
  command: Command,
): Promise<ExitCode> {
  const asked = await askedFor(names, given, command);
  const { options } = asked;
  const { against: ref, againstTarget: url } = options;
  const picked = await pickExperiments(
    asked.names,
    maps,
    ({ baselines }) => ref !== undefined || url !== undefined || Object.keys(baselines).length > 0,
  );
  if (url !== undefined) {
    const against = await findTarget(url, picked.experiments, options.allowTarget ?? []);
    return play({ command: 'compare', ...picked, ...asked, against });
  }
  if (ref === undefined) return play({ command: 'compare', ...picked, ...asked });
  const against = await findCommit(ref, picked.experiments, options.pinCores);
  return play({ command: 'compare', ...picked, ...asked, against });
}
