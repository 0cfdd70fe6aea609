import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { lowerBound, upperBound } from './binomial.ts';

/** Right and wrong answers of two sides to the same keys. Those that both or neither got right differ in nothing. */
export interface PairedKeys {
  keys: number;
  /** Keys that only the one side got right, and only the other. */
  onlyOne: number;
  onlyOther: number;
}

/*
 * How much more often the one side is right. Of the keys on which they differ, the one side is right on a share θ; they
 * differ on a share ψ of all; the difference is (2θ - 1)ψ. θ has Clopper and Pearson's bounds, so that at a bound of 0
 * the decision is that of McNemar's exact test (Q. McNemar, Psychometrika 12 (1947) 153), whatever ψ is. Anywhere else
 * ψ matters: taken as it was seen, keys that never differed would prove any bound, and six in a thousand lost keys
 * would be passed as five in 45 % of cases. So the worst ψ of an interval of nearly all confidence stands for it:
 * R. L. Berger, D. D. Boos, Journal of the American Statistical Association 89 (1994) 1012.
 */

/** Of either end of the interval of ψ: by so little a decision may err more often than its level says. */
const PSI_CONFIDENCE = 0.9999;

/** Share of the keys that the one side has more right than the other. */
export function differenceOf({ keys, onlyOne, onlyOther }: PairedKeys): number {
  return (onlyOne - onlyOther) / keys;
}

/** Two-sided. */
export function keysInterval(paired: PairedKeys, confidence = 0.95): [number, number] {
  const oneSided = 1 - (1 - confidence) / 2;
  // Where there is no difference at all, -0 would be a number of its own.
  return [leastDifference(paired, oneSided), 0 - leastDifference(swapped(paired), oneSided)];
}

function leastDifference({ keys, onlyOne, onlyOther }: PairedKeys, confidence: number): number {
  const differing = onlyOne + onlyOther;
  const lead = 2 * lowerBound(onlyOne, differing, confidence) - 1;
  return (
    lead *
    (lead < 0 ? upperBound(differing, keys, PSI_CONFIDENCE) : lowerBound(differing, keys, PSI_CONFIDENCE))
  );
}

/** One-sided p value of "the difference lies below the bound": small where it is surely at or above it. */
export function keysBelow({ keys, onlyOne, onlyOther }: PairedKeys, bound: number): number {
  const differing = onlyOne + onlyOther;
  const share = thetaAt(bound, differing, keys);
  if (share <= 0) return 0;
  return share >= 1 ? 1 : binomialCdf(onlyOther, differing, 1 - share);
}

/** One-sided p value of "the difference lies above the bound": small where it is surely at or below it. */
export function keysAbove(paired: PairedKeys, bound: number): number {
  return keysBelow(swapped(paired), -bound);
}

/** The largest θ that makes a difference of the bound. */
function thetaAt(bound: number, differing: number, keys: number): number {
  if (bound === 0) return 0.5;
  const psi =
    bound < 0 ? upperBound(differing, keys, PSI_CONFIDENCE) : lowerBound(differing, keys, PSI_CONFIDENCE);
  return (1 + bound / psi) / 2;
}

function swapped({ keys, onlyOne, onlyOther }: PairedKeys): PairedKeys {
  return { keys, onlyOne: onlyOther, onlyOther: onlyOne };
}
