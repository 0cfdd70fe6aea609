import { unknownName } from '#contract/errors.ts';
import { type Experiment, type Objective, objectiveSchemas } from '#contract/experiment.ts';
import { departuresOf } from '#contract/validate.ts';
import { unknownObjective } from '#harness/plan/objectives.ts';

/** What is wrong with an experiment's objectives: named ones against those that are known, written ones by shape. */
export function objectiveProblems(experiment: Experiment, known: Record<string, Objective>): string[] {
  const problems = experiment.objectives.flatMap((one, i) => {
    if (typeof one !== 'string') return inlineProblems(one, `objectives.${i}`);
    return unknownObjective(one, known) ?? [];
  });
  if (problems.length > 0) return problems;
  const names = experiment.objectives.map((one) => (typeof one === 'string' ? known[one]! : one).name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  // The verdict and whoever reads it know an objective by its name.
  return [...new Set(twice)].map(
    (name) => `Two of the objectives are called '${name}'; each needs its own name.`,
  );
}

function inlineProblems(value: unknown, where: string): string[] {
  const indicator = (value as { indicator?: unknown } | null)?.indicator;
  if (typeof indicator !== 'string' || !Object.hasOwn(objectiveSchemas, indicator)) {
    // Whatever stands there, since not everything becomes text by itself.
    const shown = typeof indicator === 'string' ? indicator : String(JSON.stringify(indicator));
    return [unknownName('indicator', shown, Object.keys(objectiveSchemas), where)];
  }
  const schema = objectiveSchemas[indicator as keyof typeof objectiveSchemas];
  return departuresOf(schema, value).map(({ path, words }) => `${[where, ...path].join('.')}: ${words}`);
}
