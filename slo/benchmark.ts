import { BENCHMARK_VERSION, type Benchmark, type Kept } from '#contract/benchmark.ts';
import { experimentOf, type Plan, type PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import type { ClaimResult, Verdict } from '#contract/verdict.ts';
import { claimsOf } from './evaluate.ts';
import { type Measured, measured } from './measured.ts';
import { checkTrials } from './validity.ts';

/** What is kept of a run for one of its experiments. */
export function benchmarkOf(
  experiment: string,
  plan: Plan,
  { experiments: _, schemaVersion: __, ...head }: RunRecord,
  { trials, keys }: Kept,
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
    keys: keys.filter(({ part }) => names.includes(part)),
    verdict: {
      // The figures are of the samples, which are not kept.
      experiments: verdict.experiments
        .filter(({ name }) => names.includes(name))
        .map(({ figures: _, ...judged }) => judged),
    },
  };
}

/** Of every trial of a run what its claims are judged by. */
export function keptOf(plan: Plan, record: RunRecord, samples: ReadonlyMap<string, Samples>): Kept {
  const all = plan.experiments.map((experiment) => {
    const { views, valid } = checkTrials(experiment, record, samples);
    const { trials, keysOf } = measured(views, valid);
    const part = experiment.name;
    const metrics = [...new Set(experiment.claims.map(({ metric }) => metric))];
    return {
      trials: views.map(({ facts, tape }, i) => ({
        part,
        id: facts.id,
        variant: facts.variant,
        round: facts.round,
        valid: trials[i]!.valid,
        requests: tape.atMs.length,
        values: Object.fromEntries(metrics.map((metric) => [metric, trials[i]!.valueOf(metric)])),
      })),
      keys: experiment.claims
        .filter(({ compare }) => compare === 'paired-keys')
        .map((claim) => ({ part, claim: claim.name, rounds: keysOf(claim) })),
    };
  });
  return { trials: all.flatMap(({ trials }) => trials), keys: all.flatMap(({ keys }) => keys) };
}

/** The claims of each part, judged from what was kept, by its name. */
export function claimsAgain({ plan, trials, keys }: Benchmark): Record<string, ClaimResult[]> {
  return Object.fromEntries(
    plan.experiments.map((part) => {
      const own = {
        trials: trials.filter((trial) => trial.part === part.name),
        keys: keys.filter((one) => one.part === part.name),
      };
      return [part.name, claimsOf(plan, part, measuredAgain(own))];
    }),
  );
}

function measuredAgain({ trials, keys }: Kept): Measured {
  return {
    trials: trials.map(({ variant, round, valid, values }) => ({
      variant,
      round,
      valid,
      valueOf: (metric) => values[metric] ?? null,
    })),
    keysOf: ({ name }) => keys.find(({ claim }) => claim === name)?.rounds ?? [],
  };
}

function withoutRequests(experiment: PlannedExperiment): PlannedExperiment {
  return { ...experiment, tapes: experiment.tapes.map(({ phases }) => ({ atMs: [], key: [], phases })) };
}
