import { LONGEST_SECONDS } from '#contract/limits.ts';
import { CANDIDATE, PHASES } from '#contract/names.ts';
import type { Plan, PlannedExperiment, Tape } from '#contract/plan.ts';
import type { RunRecord, TrialFacts } from '#contract/record.ts';
import { keyMetrics, metrics } from '#slo/metrics.ts';

/** Ways in which a record is not one of this plan, each of which would make the judging stumble; one line each. */
export function contradictions(plan: Plan, record: RunRecord): string[] {
  const heads = (['command', 'seed'] as const)
    .filter((key) => plan[key] !== record[key])
    .map((key) => `${key} is ${plan[key]} in the plan and ${record[key]} in the record`);
  const experiments = record.experiments.flatMap(({ name, trials, disturbed }) => {
    const planned = plan.experiments.find((experiment) => experiment.name === name);
    if (!planned) return [`experiment ${name} is in the record and not in the plan`];
    return [
      ...twice(trials.map(({ variant, round }) => `a trial of ${variant} in round ${round} of ${name}`)),
      ...twice([...trials, ...disturbed].map(({ id }) => `trial ${id} of ${name}`)),
      ...[...trials, ...disturbed].flatMap((trial) =>
        trialProblems(trial, planned).map((problem) => `trial ${trial.id} of ${name}: ${problem}`),
      ),
    ];
  });
  return [
    ...heads,
    ...(plan.experiments.length === 0 ? ['the plan has no experiment'] : []),
    ...twice(plan.experiments.map(({ name }) => `experiment ${name} of the plan`)),
    ...twice(record.experiments.map(({ name }) => `experiment ${name} of the record`)),
    ...plan.experiments.flatMap((planned) =>
      planProblems(planned).map((problem) => `${planned.name}: ${problem}`),
    ),
    ...experiments,
  ];
}

/** A sentence for each name that stands more than once. */
function twice(names: readonly string[]): string[] {
  const again = names.filter((name, i) => names.indexOf(name) !== i);
  return [...new Set(again)].map((name) => `${name} is there twice`);
}

/** What contradicts itself in one experiment of a plan, in words. */
export function planProblems({ variants, tapes, faults, trials, claims }: PlannedExperiment): string[] {
  const isVariant = (name: string) => Object.hasOwn(variants, name);
  return [
    ...(isVariant(CANDIDATE) ? [] : ['the plan has no candidate']),
    ...(tapes.length === 0 ? ['the plan has no tape'] : []),
    ...tapes.flatMap(tapeProblems),
    ...twice(faults.map(({ name }) => `fault ${name}`)),
    ...trials.flatMap(({ id, variant, round }) =>
      isVariant(variant) && tapes[round - 1]
        ? []
        : [`trial ${id} is of a variant or a round that the plan lacks`],
    ),
    ...claims.flatMap(({ name, metric, against, compare }) => [
      ...(isVariant(against) && Object.hasOwn(metrics, metric)
        ? []
        : [`claim ${name} is about ${metric} against ${against}, one of which is not known`]),
      ...(compare === 'paired-keys' && !keyMetrics.includes(metric)
        ? [`claim ${name} compares ${metric} by paired-keys, which only ${keyMetrics.join(', ')} can be`]
        : []),
    ]),
  ];
}

function tapeProblems({ atMs, key, tenant, phases }: Tape): string[] {
  return [
    ...(atMs.length === key.length ? [] : [`a tape has ${atMs.length} instants and ${key.length} keys`]),
    ...(tenant === undefined || tenant.length === atMs.length
      ? []
      : [`a tape has ${atMs.length} instants and ${tenant.length} tenants`]),
    ...(atMs.every((ms, i) => i === 0 || ms >= atMs[i - 1]!) ? [] : ['a tape goes back in time']),
    ...(phases.every(({ fromMs, toMs }) => fromMs <= toMs)
      ? []
      : ['a phase of a tape ends before it begins']),
    // A phase may have two loads, one after the other.
    ...twice(
      phases
        .filter(({ phase }, i) => phase !== phases[i - 1]?.phase)
        .map(({ phase }) => `phase ${phase} of a tape`),
    ),
  ];
}

function trialProblems(trial: TrialFacts, planned: PlannedExperiment): string[] {
  const { variant, round, faults } = trial;
  const problems: string[] = [];
  if (!Object.hasOwn(planned.variants, variant)) problems.push(`the plan has no variant ${variant}`);
  if (!planned.tapes[round - 1]) problems.push(`the plan has no tape for round ${round}`);
  const missing = planned.faults.filter((fault) => !faults.some(({ name }) => name === fault.name));
  for (const { name } of missing) problems.push(`nothing is said of the planned fault ${name}`);
  return [...problems, ...instantProblems(trial)];
}

const INSTANTS = ['injectRequestedAt', 'actedAt', 'injectedAt', 'healRequestedAt', 'healedAt'] as const;

/** Milliseconds that no trial's phases together are longer than; what is said to be further away never was. */
const LONGEST_TRIAL_MS = PHASES.length * LONGEST_SECONDS * 1_000;

function instantProblems({ t0, faults }: TrialFacts): string[] {
  if (t0 === null) return [];
  return faults.flatMap((fault) =>
    INSTANTS.filter((key) => Math.abs((fault[key] ?? t0) - t0) > LONGEST_TRIAL_MS).map(
      (key) => `${key} of fault ${fault.name} is days away from the load's beginning`,
    ),
  );
}
