import { GauntletError, unknownName } from '#contract/errors.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import type { Phase } from '#contract/names.ts';
import type { Plan } from '#contract/plan.ts';

export function objectivesOf(experiment: Experiment, known: Record<string, Objective>): Objective[] {
  return experiment.objectives.map((one) => {
    if (typeof one !== 'string') return one;
    const problem = unknownObjective(one, known);
    if (problem !== null) throw new GauntletError('bad-experiment', `'${experiment.name}': ${problem}`);
    return known[one]!;
  });
}

/** What is wrong with the `file/name` of an objective, in one sentence; null when it is known. */
export function unknownObjective(id: string, known: Record<string, Objective>): string | null {
  if (Object.hasOwn(known, id)) return null;
  const ids = Object.keys(known).map((one) => one.split('/') as [string, string]);
  const [file, ...name] = id.split('/');
  const names = ids.filter(([one]) => one === file).map(([, one]) => one);
  if (name.length === 0) {
    return `An objective is named file/name, not '${id}'; known: ${Object.keys(known).join(', ')}.`;
  }
  if (names.length === 0) {
    const files = [...new Set(ids.map(([one]) => one))];
    return unknownName('file of objectives', file!, files, `'${id}'`);
  }
  return unknownName('objective', name.join('/'), names, `slo/objectives/${file}.yaml`);
}

/** Loadtest plays no fault, so it can't judge what is asked of one. */
export function inPhases(objectives: readonly Objective[], played: readonly { phase: Phase }[]): Objective[] {
  return objectives.filter(({ phase }) => played.some((one) => one.phase === phase));
}

/** A plan as if its experiments had had these objectives, as far as it played their phases. */
export function withObjectives(plan: Plan, objectives: readonly Objective[]): Plan {
  const experiments = plan.experiments.map((experiment) => ({
    ...experiment,
    objectives: inPhases(objectives, experiment.tapes[0]!.phases),
  }));
  const empty = experiments.find((experiment) => experiment.objectives.length === 0);
  if (empty) {
    const played = empty.tapes[0]!.phases.map(({ phase }) => phase);
    throw new GauntletError(
      'bad-objectives',
      `None of the objectives is over a phase that '${empty.name}' played; it played: ${played.join(', ')}.`,
    );
  }
  return { ...plan, experiments };
}
