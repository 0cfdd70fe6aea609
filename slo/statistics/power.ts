import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { fewest } from './fewest.ts';

// What pairs can show. Effects and deviations are of log ratios of pairs, or of differences, both in the same unit.

const CONFIDENCE = 0.975;
const POWER = 0.9;
const MOST_PAIRS = 10_000;

/** The effect that so many pairs show in 90 %, with the lower end of a two-sided 95 % interval beyond 0. */
export function smallestVisibleEffect(deviation: number, pairs: number): number {
  const df = pairs - 1;
  return ((tQuantile(CONFIDENCE, df) + tQuantile(POWER, df)) * deviation) / Math.sqrt(pairs);
}

/** Pairs that show an effect of this size in 90 %; null where ten thousand would not. */
export function pairsNeeded(deviation: number, effect: number): number | null {
  if (!(Math.abs(effect) > 0)) return null;
  // The sum of the two quantiles is a little too hopeful with few pairs, and quick; so it says where to begin.
  const about = fewest(2, MOST_PAIRS, (pairs) => smallestVisibleEffect(deviation, pairs) <= Math.abs(effect));
  return about && fewest(about, MOST_PAIRS, (pairs) => powerOf(pairs, deviation, Math.abs(effect)) >= POWER);
}

const STEPS = 1_000;

/**
 * How often so many pairs show an effect: one tail of the noncentral t distribution, as the normal tail averaged over
 * the distribution of the sample's variance (N. L. Johnson, S. Kotz, Continuous Univariate Distributions 2, ch. 31).
 */
export function powerOf(pairs: number, deviation: number, effect: number): number {
  const df = pairs - 1;
  const needed = tQuantile(CONFIDENCE, df);
  const shift = (effect / deviation) * Math.sqrt(pairs);
  let power = 0;
  for (let i = 0; i < STEPS; i += 1) {
    const spread = Math.sqrt(chiSquareQuantile((i + 0.5) / STEPS, df) / df);
    power += normalCdf(shift - needed * spread, 0, 1) / STEPS;
  }
  return power;
}
