import type { Claim } from '#contract/experiment.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { headOf, isWithin } from './claims.ts';
import type { MeasuredTrial } from './measured.ts';
import { type Pairs, pairsOf } from './pairs.ts';
import { pairsNeeded } from './statistics/power.ts';
import { type Bound, type Settled, settle } from './statistics/settle.ts';
import { signsOf } from './statistics/sign.ts';
import { deviationOf, type Estimate, estimateMean, intervalOf, meanOf } from './statistics/student.ts';

/**
 * Judges an experiment's claims over its pairs. A claim passes where Student's 95 % interval lies wholly within the
 * bound, fails where it lies wholly outside, and is inconclusive between. All of them together, since of many tests
 * some succeed by chance: Holm's adjustment.
 */
export function judgeClaims(
  claims: readonly Claim[],
  trials: readonly MeasuredTrial[],
  level = 0.05,
): ClaimResult[] {
  const all = claims.map((claim) => ({ claim, pairs: pairsOf(claim, trials) }));
  const asked = all.flatMap(({ claim, pairs }) => {
    const estimate = pairs.problem === null ? estimateMean(pairs.effects) : null;
    return estimate ? [{ claim, estimate, bound: boundOf(claim) }] : [];
  });
  const settled = settle(asked, level);
  return all.map(({ claim, pairs }) => {
    const i = asked.findIndex((question) => question.claim === claim);
    return i < 0
      ? notJudged(claim, pairs)
      : judged(claim, pairs, asked[i]!.estimate, settled[i]!, asked.length);
  });
}

/** On the scale of the effects. */
function boundOf({ compare, bound }: Claim): Bound {
  const [side, value] =
    'atMost' in bound ? (['atMost', bound.atMost] as const) : (['atLeast', bound.atLeast] as const);
  return { side, value: compare === 'ratio' ? Math.log(value) : value };
}

function notJudged(claim: Claim, pairs: Pairs): ClaimResult {
  return {
    ...headOf(claim),
    ...meansOf(pairs),
    outcome: pairs.effects.length < 2 ? 'invalid' : 'inconclusive',
    effect: null,
    interval: null,
    within: null,
    pairs: null,
    agreeing: null,
    advice: pairs.problem ?? '',
  };
}

function judged(
  claim: Claim,
  pairs: Pairs,
  estimate: Estimate,
  settled: Settled,
  together: number,
): ClaimResult {
  const scale = (value: number) => (claim.compare === 'ratio' ? Math.exp(value) : value);
  const [low, high] = intervalOf(estimate);
  const { value } = boundOf(claim);
  return {
    ...headOf(claim),
    ...meansOf(pairs),
    outcome: ({ inside: 'pass', outside: 'fail', open: 'inconclusive' } as const)[settled.lies],
    effect: scale(estimate.mean),
    interval: [scale(low), scale(high)],
    within: isWithin(claim.bound, scale(estimate.mean)),
    pairs: pairs.effects.length,
    agreeing: signsOf(pairs.effects, value).agreeing,
    advice:
      settled.lies === 'open'
        ? morePairs(pairs.effects, estimate.mean - value, settled.sureAlone ? together : 1)
        : lossAdvice(claim, settled),
  };
}

function meansOf({ candidate, baseline }: Pairs) {
  const mean = (values: number[]) => (values.length === 0 ? null : meanOf(values));
  return { candidate: mean(candidate), baseline: mean(baseline) };
}

function lossAdvice({ kind }: Claim, { lies }: Settled): string {
  if (kind !== 'loss') return '';
  return lies === 'inside' ? 'Lost as expected.' : 'A finding: it was expected to lose and did not.';
}

function morePairs(effects: readonly number[], distance: number, together: number): string {
  const needed = pairsNeeded(deviationOf(effects), distance);
  if (needed === null) return 'The effect lies on its bound: no number of pairs would settle it.';
  const why = together > 1 ? `Clear by itself, but not among ${together} claims judged together. ` : '';
  const pairs = Math.max(needed, effects.length + 1);
  return `${why}At this effect and spread about ${pairs} pairs would settle it; ${effects.length} were played.`;
}
