import { type Estimate, meanOf, varianceOf } from './student.ts';

/**
 * Difference of the means of two independent samples whose variances may differ, `after` less `before`:
 * B. L. Welch, Biometrika 34 (1947) 28, with Satterthwaite's degrees of freedom. Null for fewer than two values.
 */
export function estimateDifference(after: readonly number[], before: readonly number[]): Estimate | null {
  if (after.length < 2 || before.length < 2) return null;
  const [a, b] = [varianceOf(after) / after.length, varianceOf(before) / before.length];
  const spread = a ** 2 / (after.length - 1) + b ** 2 / (before.length - 1);
  return {
    mean: meanOf(after) - meanOf(before),
    standardError: Math.sqrt(a + b),
    degreesOfFreedom: spread === 0 ? after.length + before.length - 2 : (a + b) ** 2 / spread,
  };
}
