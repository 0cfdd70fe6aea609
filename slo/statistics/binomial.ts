import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { ALONE, type Clustering } from './clustering.ts';
import { fewest } from './fewest.ts';

/**
 * Exact (Clopper-Pearson) bounds of a share, from the beta distribution:
 * C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404.
 *
 * Misses that hang together count as fewer events of a size. Where the size is the design effect, as many events fewer
 * as it says (L. Kish, Survey Sampling, 1965); the upper end of the misses has one event more than were seen, and it
 * has the size of the largest that may have been missed, as in the gamma interval for events of different weights:
 * M. P. Fay, E. J. Feuer, Statistics in Medicine 16 (1997) 791. Misses that come alone give Clopper and Pearson's.
 */

/** The share is at least this, at the one-sided confidence. */
export function lowerBound(good: number, total: number, confidence: number, clustering = ALONE): number {
  const missed = total - good;
  const { designEffect, unseen } = clustering;
  const size = (designEffect * missed + unseen * unseen) / (missed + unseen);
  const events = (missed + unseen) / size;
  const others = total / size - events + 1;
  return good === 0 || others <= 0 ? 0 : betaQuantile(1 - confidence, others, events);
}

/** The share is at most this, at the one-sided confidence. */
export function upperBound(good: number, total: number, confidence: number, clustering = ALONE): number {
  const size = clustering.designEffect;
  return good === total ? 1 : betaQuantile(confidence, good / size + 1, (total - good) / size);
}

/** Two-sided 95 %. */
export function interval95(good: number, total: number, clustering = ALONE): [number, number] {
  return [lowerBound(good, total, 0.975, clustering), upperBound(good, total, 0.975, clustering)];
}

const CONFIDENCE = 0.95;

/**
 * LoadGen's rule at our level: pass when so few misses would be unlikely (5 %) if the share were just below the
 * target, fail when so many would be unlikely at the target, else undecided.
 */
export function decideShare(
  good: number,
  total: number,
  target: number,
  clustering: Clustering = ALONE,
  confidence = CONFIDENCE,
): 'pass' | 'fail' | 'inconclusive' {
  if (total === 0) return 'inconclusive';
  if (lowerBound(good, total, confidence, clustering) >= target) return 'pass';
  if (upperBound(good, total, confidence, clustering) < target) return 'fail';
  return 'inconclusive';
}

const MOST_REQUESTS = 10_000_000;

/**
 * Total requests at which the observed share would pass if its misses went on hanging together as they did; null
 * when it would not, however many there were.
 */
export function requestsToPass(
  good: number,
  total: number,
  target: number,
  clustering: Clustering = ALONE,
  confidence = CONFIDENCE,
): number | null {
  const share = total === 0 ? 1 : good / total;
  const passes = (n: number) => lowerBound(Math.floor(share * n), n, confidence, clustering) >= target;
  return fewest(Math.max(total, 1), MOST_REQUESTS, passes);
}
