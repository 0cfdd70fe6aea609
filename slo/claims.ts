import type { Claim } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { type Metric, metrics } from './metrics.ts';

/** What one play of each variant shows of a claim: printed as observed, never judged. */
export function observeClaim(
  claim: Claim,
  views: readonly TrialView[],
  valid: (view: TrialView) => boolean,
): ClaimResult {
  const metric: Metric = metrics[claim.metric as keyof typeof metrics];
  const of = (variant: string) => {
    const values = views
      .filter((view) => view.facts.variant === variant && valid(view))
      .flatMap((view) => metric.of(view) ?? []);
    return values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length;
  };
  const candidate = of(CANDIDATE);
  const baseline = of(claim.against);
  const effect = effectOf(claim, candidate, baseline);
  return {
    name: claim.name,
    kind: claim.kind,
    against: claim.against,
    outcome: effect === null ? 'invalid' : 'observed',
    metric: claim.metric,
    unit: metric.unit,
    compare: claim.compare,
    bound: claim.bound,
    baseline,
    candidate,
    effect,
    interval: null,
    within: effect === null ? null : isWithin(claim.bound, effect),
    advice: effect === null ? 'A valid trial of each side is needed.' : '',
  };
}

function effectOf(claim: Claim, candidate: number | null, baseline: number | null): number | null {
  if (candidate === null) return null;
  if (claim.compare === 'value') return candidate;
  if (baseline === null) return null;
  return claim.compare === 'difference' ? candidate - baseline : candidate / baseline;
}

function isWithin(bound: Claim['bound'], effect: number): boolean {
  return 'atMost' in bound ? effect <= bound.atMost : effect >= bound.atLeast;
}
