import type { Claim } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import type { MeasuredTrial } from './measured.ts';
import { type Metric, metrics } from './metrics.ts';
import { meanOf } from './statistics/student.ts';

/** What one play of each variant shows of a claim: printed as observed, never judged. */
export function observeClaim(claim: Claim, trials: readonly MeasuredTrial[]): ClaimResult {
  const of = (variant: string) => {
    const values = trials
      .filter((trial) => trial.variant === variant && trial.valid)
      .flatMap((trial) => trial.valueOf(claim.metric) ?? []);
    return values.length === 0 ? null : meanOf(values);
  };
  const candidate = of(CANDIDATE);
  const baseline = of(claim.against);
  const effect = effectOf(claim, candidate, baseline);
  return {
    ...headOf(claim),
    outcome: effect === null ? 'invalid' : 'observed',
    baseline,
    candidate,
    effect,
    interval: null,
    within: effect === null ? null : isWithin(claim.bound, effect),
    pairs: null,
    agreeing: null,
    advice: effect === null ? 'A valid trial of each side is needed.' : '',
  };
}

/** What of a result is the claim's own. */
export function headOf(claim: Claim) {
  const { name, kind, against, metric, compare, bound } = claim;
  return { name, kind, against, metric, unit: metricOf(claim).unit, compare, bound };
}

function metricOf({ metric }: Claim): Metric {
  return metrics[metric as keyof typeof metrics];
}

/** The candidate's value, or what it is to the baseline's; null where a value for that is missing. */
export function effectOf(
  { compare }: Claim,
  candidate: number | null,
  baseline: number | null,
): number | null {
  if (candidate === null) return null;
  if (compare === 'value') return candidate;
  if (baseline === null) return null;
  return compare === 'difference' ? candidate - baseline : candidate / baseline;
}

export function isWithin(bound: Claim['bound'], effect: number): boolean {
  return 'atMost' in bound ? effect <= bound.atMost : effect >= bound.atLeast;
}
