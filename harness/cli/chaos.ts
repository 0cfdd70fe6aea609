import type { Command } from 'commander';
import { GauntletError, unknownName } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { PatternName } from '#sut/patterns/index.ts';
import { without } from '#sut/system.ts';
import { maps } from './maps.ts';
import { onStack } from './on-stack.ts';
import { addChaosOptions, addPlayOptions, type PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';
import { askedFor } from './resume.ts';
import type { Verb } from './verb.ts';

/** `chaos`: candidate and baselines through the fault timeline and recovery, once each. */
export const chaos: Verb = {
  summary: 'load with faults and recovery: candidate and baselines side by side',
  examples: [
    'npm run chaos -- circuit-breaker',
    'npm run chaos -- circuit-breaker --fault kill --open',
    'npm run chaos -- circuit-breaker --without circuit-breaker  # to see what a failure looks like',
    'npm run chaos -- circuit-breaker --runtime containers',
    'npm run chaos -- circuit-breaker --runtime stack  # against docker-compose.yml, up',
    'npm run --silent chaos -- circuit-breaker --json > verdict.json',
  ],
  configure: (command: Command) => addChaosOptions(addPlayOptions(command)),
  run: async (names: string[], given: PlayOptions, command: Command) => {
    const asked = await askedFor(chaos, names, given, command);
    const picked = await pickExperiments(asked.names, maps, ({ faults }) => Object.keys(faults).length > 0);
    const own = picked.experiments.map((one) => takeOut(one, asked.options.without ?? []));
    const experiments = asked.options.runtime === 'stack' ? own.map(onStack) : own;
    return play({ command: 'chaos', ...picked, ...asked, experiments });
  },
};

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
