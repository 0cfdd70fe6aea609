import type { Claim } from '#contract/experiment.ts';
import type { Calibration } from '#contract/pin.ts';
import type { ClaimResult, RegressionResult } from '#contract/verdict.ts';
import { visibleEffect } from './calibration.ts';
import { LEAST_MARGIN } from './regression.ts';
import { type RegressionMetricName, regressionMetrics, watchedMetrics } from './regression-metrics.ts';

/** What the candidate may cost against another commit's system, so that it is no regression: a claim per metric. */
export function withinMargins(
  against: string,
  hasFault: boolean,
  pairs: number,
  calibration: Calibration | undefined,
): Claim[] {
  return watchedMetrics(hasFault).map((metric) => {
    const margin = Math.exp(Math.max(visibleEffect(calibration, metric, pairs) ?? 0, LEAST_MARGIN));
    const bound = regressionMetrics[metric].worse === 'higher' ? { atMost: margin } : { atLeast: 1 / margin };
    return { name: `${metric}-within-margin`, kind: 'cost', against, metric, compare: 'ratio', bound };
  });
}

/** A claim that fails is a regression; one that nobody can tell is none, as against a pin. */
export function regressionOf(result: ClaimResult): RegressionResult {
  const { metric, against, unit, bound, baseline, candidate, effect, interval } = result;
  return {
    metric,
    against,
    outcome: outcomeOf(result),
    unit,
    worse: regressionMetrics[metric as RegressionMetricName].worse,
    before: baseline,
    now: candidate,
    effect,
    interval,
    margin: 'atMost' in bound ? bound.atMost : bound.atLeast,
    advice: adviceOf(result),
  };
}

function outcomeOf({ outcome, interval }: ClaimResult): RegressionResult['outcome'] {
  if (outcome === 'fail') return 'regression';
  return interval === null ? 'inconclusive' : 'pass';
}

function adviceOf({ outcome, interval, advice }: ClaimResult): string {
  if (outcome !== 'inconclusive' || interval === null) return advice;
  return `One beyond the margin is neither shown nor excluded. ${advice}`;
}
