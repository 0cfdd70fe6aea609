import { unknownName } from '#contract/errors.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { ServiceName } from '#contract/names.ts';
import { objectiveProblems } from './check-objectives.ts';

/** What is wrong with the names in an experiment's soak; `services` are those that its candidate has. */
export function soakProblems(
  experiment: Experiment,
  services: readonly ServiceName[],
  known: Record<string, Objective>,
): string[] {
  const { soak, faults, baselines } = experiment;
  if (!soak) return [];
  const { kills, beside, losesWith, objectives, each, counted } = soak;
  return [
    ...kills.flatMap((service) =>
      services.includes(service) ? [] : [unknownName('service', service, services, 'soak.kills')],
    ),
    ...(beside === undefined || Object.hasOwn(faults, beside)
      ? []
      : [unknownName('fault', beside, Object.keys(faults), 'soak.beside')]),
    ...(Object.hasOwn(baselines, losesWith)
      ? []
      : [unknownName('baseline', losesWith, Object.keys(baselines), 'soak.losesWith')]),
    ...(counted > each ? [`soak.counted is ${counted}, more than the ${each} kills of each.`] : []),
    ...objectiveProblems({ ...experiment, objectives: [...experiment.objectives, ...objectives] }, known),
  ];
}
