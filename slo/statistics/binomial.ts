import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * Exact (Clopper-Pearson) bounds of a share, from the beta distribution:
 * C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404.
 */

/** The share is at least this, at the one-sided confidence. */
export function lowerBound(good: number, total: number, confidence: number): number {
  return good === 0 ? 0 : betaQuantile(1 - confidence, good, total - good + 1);
}

/** The share is at most this, at the one-sided confidence. */
export function upperBound(good: number, total: number, confidence: number): number {
  return good === total ? 1 : betaQuantile(confidence, good + 1, total - good);
}

/** Two-sided 95 %. */
export function interval95(good: number, total: number): [number, number] {
  return [lowerBound(good, total, 0.975), upperBound(good, total, 0.975)];
}

const CONFIDENCE = 0.95;

/**
 * LoadGen's rule at our level: pass when so few misses would be unlikely (5 %) if the share were just below the
 * target, fail when so many would be unlikely at the target, else undecided.
 */
export function decideShare(good: number, total: number, target: number): 'pass' | 'fail' | 'inconclusive' {
  if (total === 0) return 'inconclusive';
  if (lowerBound(good, total, CONFIDENCE) >= target) return 'pass';
  if (upperBound(good, total, CONFIDENCE) < target) return 'fail';
  return 'inconclusive';
}

const MOST_REQUESTS = 10_000_000;

/** Total requests at which the observed share would pass; null when it would not, however many there were. */
export function requestsToPass(good: number, total: number, target: number): number | null {
  const share = total === 0 ? 1 : good / total;
  const passes = (n: number) => lowerBound(Math.floor(share * n), n, CONFIDENCE) >= target;
  let high = Math.max(total, 1);
  while (!passes(high)) {
    high *= 2;
    if (high > MOST_REQUESTS) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > Math.max(1, high * 0.01)) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}
