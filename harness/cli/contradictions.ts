import type { Plan, PlannedExperiment, Tape } from '#contract/plan.ts';
import type { RunRecord, TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';

/** Ways in which a record is not one of this plan, each of which would make the judging stumble; one line each. */
export function contradictions(plan: Plan, record: RunRecord): string[] {
  const heads = (['command', 'seed'] as const)
    .filter((key) => plan[key] !== record[key])
    .map((key) => `${key} is ${plan[key]} in the plan and ${record[key]} in the record`);
  const experiments = record.experiments.flatMap(({ name, trials, disturbed }) => {
    const planned = plan.experiments.find((experiment) => experiment.name === name);
    if (!planned) return [`experiment ${name} is in the record and not in the plan`];
    return [...trials, ...disturbed].flatMap((trial) =>
      trialProblems(trial, planned).map((problem) => `trial ${trial.id} of ${name}: ${problem}`),
    );
  });
  return [...heads, ...plan.experiments.flatMap(planProblems), ...experiments];
}

function planProblems({ name, tapes }: PlannedExperiment): string[] {
  return tapes
    .filter(({ atMs, key }) => atMs.length !== key.length)
    .map(({ atMs, key }) => `${name}: a tape has ${atMs.length} instants and ${key.length} keys`);
}

function trialProblems({ variant, round, faults }: TrialFacts, planned: PlannedExperiment): string[] {
  const problems: string[] = [];
  if (!Object.hasOwn(planned.variants, variant)) problems.push(`the plan has no variant ${variant}`);
  if (!planned.tapes[round - 1]) problems.push(`the plan has no tape for round ${round}`);
  const missing = planned.faults.filter((fault) => !faults.some(({ name }) => name === fault.name));
  for (const { name } of missing) problems.push(`nothing is said of the planned fault ${name}`);
  return problems;
}

/** Ways in which samples are not those of one play of a tape; one line each. */
export function sampleProblems(samples: readonly Sample[], { atMs }: Tape): string[] {
  const seen = new Set<number>();
  return samples.flatMap(({ index }) => {
    if (index >= atMs.length)
      return [`a sample of request ${index}, where the tape ends at ${atMs.length - 1}`];
    if (seen.has(index)) return [`two samples of request ${index}`];
    seen.add(index);
    return [];
  });
}
