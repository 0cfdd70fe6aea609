import type { Command } from 'commander';
import { GauntletError, unknownName } from '#contract/errors.ts';
import type { ExitCode } from '#contract/exit-codes.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { PatternName } from '#sut/patterns/index.ts';
import { without } from '#sut/system.ts';
import { maps } from './maps.ts';
import { onStack } from './on-stack.ts';
import type { PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import { askedFor } from './resume.ts';

/** `chaos`: candidate and baselines through the fault timeline and recovery, once each. */
export async function runChaos(names: string[], given: PlayOptions, command: Command): Promise<ExitCode> {
  const asked = await askedFor(names, given, command);
  const picked = await pickExperiments(asked.names, maps, ({ faults }) => Object.keys(faults).length > 0);
  const own = picked.experiments.map((one) => takeOut(one, asked.options.without ?? []));
  const experiments = asked.options.runtime === 'stack' ? own.map(onStack) : own;
  return play({ command: 'chaos', ...picked, ...asked, experiments });
}

function takeOut(experiment: Experiment, names: readonly string[]): Experiment {
  const present = Object.keys(experiment.candidate.patterns);
  const missing = names.find((name) => !present.includes(name));
  if (missing !== undefined) {
    throw new GauntletError(
      'unknown-name',
      unknownName('pattern', missing, present, `the candidate of '${experiment.name}' (--without)`),
    );
  }
  let { candidate } = experiment;
  for (const name of names) candidate = without(candidate, name as PatternName);
  return { ...experiment, candidate };
}
