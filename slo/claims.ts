import { type Claim, isWithin } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import type { Measured } from './measured.ts';
import { metricOf } from './metrics.ts';
import { addKeys, NO_COMMON_KEY, seenInKeys } from './paired-keys.ts';
import { meanOf } from './statistics/student.ts';

/** What one play of each variant shows of a claim: printed as observed, never judged. */
export function observeClaim(claim: Claim, measured: Measured): ClaimResult {
  const seen =
    claim.compare === 'paired-keys' ? observeKeys(claim, measured) : observeTrials(claim, measured);
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

function observeTrials(claim: Claim, { trials }: Measured) {
  const of = (variant: string) => {
    const values = trials
      .filter((trial) => trial.variant === variant && trial.valid)
      .flatMap((trial) => trial.valueOf(claim.metric) ?? []);
    return values.length === 0 ? null : meanOf(values);
  };
  const candidate = of(CANDIDATE);
  const baseline = of(claim.against);
  const effect = effectOf(claim, candidate, baseline);
  return { candidate, baseline, effect, keys: null, advice: effect === null ? NO_TRIAL : '' };
}

function observeKeys(claim: Claim, { keysOf }: Measured) {
  const rounds = keysOf(claim);
  const seen = seenInKeys(addKeys(rounds));
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
