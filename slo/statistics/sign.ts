import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/** Two-sided p value of `a` against `b` where both were equally likely, as in a toss of `a + b` coins. */
export function pOfSplit(a: number, b: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(a, b), a + b, 0.5));
}

/**
 * How many values lie on the side of the bound that most lie on. Needs no distribution: all of six agree by chance
 * once in 32 (two-sided p of 0.031). Values on the bound count for neither side.
 */
export function signsOf(values: readonly number[], bound: number): { agreeing: number; pValue: number } {
  const above = values.filter((value) => value > bound).length;
  const below = values.filter((value) => value < bound).length;
  return { agreeing: Math.max(above, below), pValue: pOfSplit(above, below) };
}
