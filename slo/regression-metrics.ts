import { CANDIDATE } from '#contract/names.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import { type Metric, metrics } from './metrics.ts';
import type { CheckedTrials } from './validity.ts';

export type MetricName = keyof typeof metrics;

/** Which way is worse, and whether only a fault gives the metric a value. */
interface Watched {
  worse: 'higher' | 'lower';
  needsFault: boolean;
}

/**
 * What is watched from run to run: few, since each takes evidence from the others, and never 0 in a system that works,
 * since 0 has no ratio to anything.
 */
export const regressionMetrics = {
  'steady-p50-response-ms': { worse: 'higher', needsFault: false },
  'steady-p95-response-ms': { worse: 'higher', needsFault: false },
  'steady-p99-response-ms': { worse: 'higher', needsFault: false },
  'steady-median-service-ms': { worse: 'higher', needsFault: false },
  'goodput-in-fault': { worse: 'lower', needsFault: true },
  'goodput-in-recovery': { worse: 'lower', needsFault: true },
} as const satisfies Partial<Record<MetricName, Watched>>;
export type RegressionMetricName = keyof typeof regressionMetrics;

/** Those that a play with or without a fault gives values to. */
export function watchedMetrics(hasFault: boolean): RegressionMetricName[] {
  const names = Object.keys(regressionMetrics) as RegressionMetricName[];
  return names.filter((name) => hasFault || !regressionMetrics[name].needsFault);
}

/** Per watched metric one value for each valid trial of the candidate. */
export function candidateValues(
  { faults }: PlannedExperiment,
  { views, valid }: Pick<CheckedTrials, 'views' | 'valid'>,
): Record<string, number[]> {
  const own = views.filter((view) => view.facts.variant === CANDIDATE && valid(view));
  const valuesOf = (metric: Metric) => own.flatMap((view) => metric.of(view) ?? []);
  return Object.fromEntries(watchedMetrics(faults.length > 0).map((name) => [name, valuesOf(metrics[name])]));
}
