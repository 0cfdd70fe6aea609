import { BENCHMARK_VERSION, type Benchmark, type KeptTrial } from '#contract/benchmark.ts';
import { experimentOf, type Plan, type PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import type { ClaimResult, Verdict } from '#contract/verdict.ts';
import { claimsOf } from './evaluate.ts';
import { type MeasuredTrial, measuredTrials } from './measured.ts';
import { checkTrials } from './validity.ts';

/** What is kept of a run for one of its experiments. */
export function benchmarkOf(
  experiment: string,
  plan: Plan,
  { experiments: _, schemaVersion: __, ...head }: RunRecord,
  trials: readonly KeptTrial[],
  verdict: Pick<Verdict, 'experiments'>,
): Benchmark {
  const parts = plan.experiments.filter((one) => experimentOf(one) === experiment);
  const names = parts.map(({ name }) => name);
  return {
    schemaVersion: BENCHMARK_VERSION,
    experiment,
    record: head,
    plan: { ...plan, experiments: parts.map(withoutRequests) },
    trials: trials.filter(({ part }) => names.includes(part)),
    verdict: { experiments: verdict.experiments.filter(({ name }) => names.includes(name)) },
  };
}

/** Of every trial of a run what its claims are judged by. */
export function keptTrials(
  plan: Plan,
  record: RunRecord,
  samples: ReadonlyMap<string, Samples>,
): KeptTrial[] {
  return plan.experiments.flatMap((experiment) => {
    const { views, valid } = checkTrials(experiment, record, samples);
    const metrics = [...new Set(experiment.claims.map(({ metric }) => metric))];
    const measured = measuredTrials(views, valid);
    return views.map(({ facts, tape }, i) => ({
      part: experiment.name,
      id: facts.id,
      variant: facts.variant,
      round: facts.round,
      valid: measured[i]!.valid,
      requests: tape.atMs.length,
      values: Object.fromEntries(metrics.map((metric) => [metric, measured[i]!.valueOf(metric)])),
    }));
  });
}

/** The claims of each part, judged from what was kept, by its name. */
export function claimsAgain({ plan, trials }: Benchmark): Record<string, ClaimResult[]> {
  return Object.fromEntries(
    plan.experiments.map((part) => [
      part.name,
      claimsOf(plan, part, trials.filter((trial) => trial.part === part.name).map(measuredAgain)),
    ]),
  );
}

function measuredAgain({ variant, round, valid, values }: KeptTrial): MeasuredTrial {
  return { variant, round, valid, valueOf: (metric) => values[metric] ?? null };
}

function withoutRequests(experiment: PlannedExperiment): PlannedExperiment {
  return { ...experiment, tapes: experiment.tapes.map(({ phases }) => ({ atMs: [], key: [], phases })) };
}
