import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Plan } from '#contract/plan.ts';
import { stackVariant } from '#sut/stack.ts';
import type { Play } from './play-trials.ts';

/** The experiment with the stack as it is up in the candidate's place, and nothing to hold it against. */
export function onStack({ soak: _, ...experiment }: Experiment): Experiment {
  return { ...experiment, candidate: stackVariant, baselines: {}, mainBaseline: null, claims: [] };
}

/** A stack is one variant whose services are others' to start and end, so only chaos on its links can be played. */
export function refuseOnStack({ command }: Pick<Play, 'command'>, plan: Plan): void {
  if (command !== 'chaos')
    throw new GauntletError('not-playable', `Only chaos plays against a stack that is up, not ${command}.`);
  for (const { name, faults } of plan.experiments)
    for (const { name: fault, inject } of faults)
      if (inject.some((action) => 'service' in action))
        throw new GauntletError(
          'not-playable',
          `The fault '${fault}' of '${name}' is one on a service, and of a stack only links are faulted: ` +
            'take another with --fault, or --runtime containers.',
        );
}
