import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** A mean, or a difference of two, and how sure one is of it. */
export interface Estimate {
  mean: number;
  standardError: number;
  degreesOfFreedom: number;
}

/** Student, The probable error of a mean, Biometrika 6 (1908) 1. Null for fewer than two values. */
export function estimateMean(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n < 2) return null;
  return {
    mean: meanOf(values),
    standardError: Math.sqrt(varianceOf(values) / n),
    degreesOfFreedom: n - 1,
  };
}

/** Two-sided. */
export function intervalOf(estimate: Estimate, confidence = 0.95): [number, number] {
  const tail = (1 - confidence) / 2;
  return [lowerEnd(estimate, 1 - tail), upperEnd(estimate, 1 - tail)];
}

/** The mean is at least this, at the one-sided confidence. */
export function lowerEnd(estimate: Estimate, confidence: number): number {
  return estimate.mean - reach(estimate, confidence);
}

/** The mean is at most this, at the one-sided confidence. */
export function upperEnd(estimate: Estimate, confidence: number): number {
  return estimate.mean + reach(estimate, confidence);
}

function reach({ standardError, degreesOfFreedom }: Estimate, confidence: number): number {
  return standardError === 0 ? 0 : tQuantile(confidence, degreesOfFreedom) * standardError;
}

/** One-sided p value of "the mean lies below the bound": small where it is surely at or above it. */
export function pBelow({ mean, standardError, degreesOfFreedom }: Estimate, bound: number): number {
  if (standardError === 0) return mean >= bound ? 0 : 1;
  return tCdf((bound - mean) / standardError, degreesOfFreedom);
}

/** One-sided p value of "the mean lies above the bound": small where it is surely at or below it. */
export function pAbove({ mean, standardError, degreesOfFreedom }: Estimate, bound: number): number {
  if (standardError === 0) return mean <= bound ? 0 : 1;
  return tCdf((mean - bound) / standardError, degreesOfFreedom);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Of a sample: divided by n - 1. */
export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Of a sample: divided by n - 1. */
export function deviationOf(values: readonly number[]): number {
  return Math.sqrt(varianceOf(values));
}
