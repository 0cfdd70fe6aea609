import type { Claim } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { metricOf } from './metrics.ts';
import { addKeys, NO_COMMON_KEY, pairKeys, seenInKeys } from './paired-keys.ts';
import { roundsOf } from './rounds.ts';
import { meanOf } from './statistics/student.ts';

/** What one play of each variant shows of a claim: printed as observed, never judged. */
export function observeClaim(
  claim: Claim,
  views: readonly TrialView[],
  valid: (view: TrialView) => boolean,
): ClaimResult {
  const seen =
    claim.compare === 'paired-keys' ? observeKeys(claim, views, valid) : observeTrials(claim, views, valid);
  const { effect } = seen;
  return {
    ...headOf(claim),
    ...seen,
    outcome: effect === null ? 'invalid' : 'observed',
    interval: null,
    within: effect === null ? null : isWithin(claim.bound, effect),
    pairs: null,
    agreeing: null,
  };
}

const NO_TRIAL = 'A valid trial of each side is needed.';

function observeTrials(claim: Claim, views: readonly TrialView[], valid: (view: TrialView) => boolean) {
  const of = (variant: string) => {
    const values = views
      .filter((view) => view.facts.variant === variant && valid(view))
      .flatMap((view) => metricOf(claim).of(view) ?? []);
    return values.length === 0 ? null : meanOf(values);
  };
  const candidate = of(CANDIDATE);
  const baseline = of(claim.against);
  const effect = effectOf(claim, candidate, baseline);
  return { candidate, baseline, effect, keys: null, advice: effect === null ? NO_TRIAL : '' };
}

function observeKeys(claim: Claim, views: readonly TrialView[], valid: (view: TrialView) => boolean) {
  const rounds = roundsOf(claim, views, valid);
  const seen = seenInKeys(addKeys(pairKeys(rounds, metricOf(claim).pairsKeysOf!)));
  const missing = rounds.length === 0 ? NO_TRIAL : NO_COMMON_KEY;
  return { ...seen, advice: seen.effect === null ? missing : '' };
}

/** What of a result is the claim's own. */
export function headOf(claim: Claim) {
  const { name, kind, against, metric, compare, bound } = claim;
  return { name, kind, against, metric, unit: metricOf(claim).unit, compare, bound };
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
  return compare === 'ratio' ? candidate / baseline : candidate - baseline;
}

export function isWithin(bound: Claim['bound'], effect: number): boolean {
  return 'atMost' in bound ? effect <= bound.atMost : effect >= bound.atLeast;
}
