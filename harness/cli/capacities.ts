import type { Experiment } from '#contract/experiment.ts';
import type { Capacity } from '#contract/plan.ts';
import type { Machine } from '#contract/record.ts';
import { mostPerSecond } from '#harness/effects/machine.ts';
import { neededCapacity } from '#harness/plan/rates.ts';
import { capacitiesOf } from '#harness/resume.ts';
import { maps } from './maps.ts';
import type { Play } from './play-trials.ts';
import { knownCapacities } from './prepare.ts';

/** C as far as it is known; a run that is gone on with keeps the one that it began with. */
export async function capacitiesFor(
  { resume, options, experiments }: Play,
  machine: Machine,
): Promise<Record<string, Capacity>> {
  if (resume) return capacitiesOf(resume.plan);
  const isKnown = options.rate === undefined && !options.remeasure;
  return isKnown ? knownCapacities(experiments, machine) : {};
}

/** Stands for the variant of a C that is still to be measured. */
export const STAND_IN = '';

/** The most that C can matter: the rate at which an experiment stops asking. */
export function standIns(experiments: readonly Experiment[], machine: Machine): Record<string, Capacity> {
  return Object.fromEntries(
    experiments.flatMap((experiment) => {
      const { perSecond } = neededCapacity(experiment, maps.faults, mostPerSecond(machine)) ?? {};
      return perSecond === undefined
        ? []
        : [[experiment.name, { variant: STAND_IN, perSecond, atLeast: true, measuredAt: '' }]];
    }),
  );
}
