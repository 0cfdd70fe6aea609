import type { Claim } from '#contract/experiment.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { effectOf } from './claims.ts';
import { metricOf } from './metrics.ts';
import { type Round, tooFew } from './rounds.ts';

/** What the rounds of a run give for a claim. */
export interface Pairs {
  /** Of each side, means over the rounds that count. */
  candidate: number[];
  baseline: number[];
  /** One per round that counts. Of ratios their logarithms, since 2 × and 0.5 × are equally far from 1. */
  effects: number[];
  /** Why the effects can't be judged, in one sentence; null where they can. */
  problem: string | null;
}

/** The machine drifts from round to round, so values are compared within a round: each forms one pair. */
export function pairsOf(claim: Claim, rounds: readonly Round[]): Pairs {
  const value = (view: TrialView | null) => view && metricOf(claim).of(view);
  const played = rounds.map(({ candidate, baseline }) => ({
    candidate: value(candidate),
    baseline: value(baseline),
  }));
  const effects = played.flatMap(({ candidate, baseline }) => {
    const effect = effectOf(claim, candidate, baseline);
    return effect === null ? [] : [claim.compare === 'ratio' ? Math.log(effect) : effect];
  });
  return {
    candidate: played.flatMap(({ candidate }) => candidate ?? []),
    baseline: played.flatMap(({ baseline }) => baseline ?? []),
    effects,
    problem: tooFew(played.length) ?? problemOf(played.length, effects),
  };
}

/** A round without a value is not left out: it may be the very one in which the pattern did nothing. */
function problemOf(played: number, effects: readonly number[]): string | null {
  if (effects.length < played)
    return `The metric has no value in ${played - effects.length} of ${played} valid pairs, so the others can't speak for all.`;
  if (!effects.every(Number.isFinite))
    return "A ratio needs values above 0 on both sides; compare: 'difference' can judge these.";
  return null;
}
