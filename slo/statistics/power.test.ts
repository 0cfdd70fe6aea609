import { describe, expect, test } from 'vitest';
import { fewest } from './fewest.ts';
import { LOOK_CONFIDENCE, plannedLooks } from './looks.ts';
import { pairsNeeded, powerOf, smallestVisibleEffect } from './power.ts';

const slowdown = Math.log(1.1);

describe('what pairs can show', () => {
  test.each([
    [6, 0.0577, 0.893809],
    [10, 0.082, 0.903717],
    [3, 0.05, 0.346658],
  ])('%d pairs with a deviation of %d: the power of the noncentral t', (pairs, deviation, power) => {
    // scipy 1.17: 1 - nct.cdf(t.ppf(0.975, n - 1), n - 1, log(1.1) / sd * sqrt(n)); the last by an effect of 0.08.
    const effect = pairs === 3 ? 0.08 : slowdown;
    expect(powerOf(pairs, deviation, effect)).toBeCloseTo(power, 4);
  });

  test('six pairs find a slowdown of 10 % where trials vary by 4 %, and one pair fewer does not', () => {
    const deviation = Math.SQRT2 * 0.04;
    expect(pairsNeeded(deviation, slowdown)).toBe(6);
    expect(powerOf(6, deviation, slowdown)).toBeGreaterThanOrEqual(0.9);
    expect(powerOf(5, deviation, slowdown)).toBeLessThan(0.9);
  });

  test('the direction does not matter, and no number of pairs finds nothing', () => {
    expect(pairsNeeded(0.05, -0.1)).toBe(pairsNeeded(0.05, 0.1));
    expect(pairsNeeded(0.05, 0)).toBeNull();
    expect(pairsNeeded(1, 0.001)).toBeNull();
    expect(pairsNeeded(0, 0.1)).toBe(2);
  });

  test('the smallest visible effect of six pairs is 4.05 deviations by the root of six', () => {
    // t.ppf(0.975, 5) + t.ppf(0.9, 5) = 2.570582 + 1.475884
    expect(smallestVisibleEffect(1, 6)).toBeCloseTo(4.046466 / Math.sqrt(6), 6);
  });
});

test('the planned looks double, and together err in 5 %', () => {
  expect(plannedLooks(10)).toEqual([10, 20, 40, 80]);
  expect(4 * (1 - LOOK_CONFIDENCE)).toBeCloseTo(0.05, 12);
});

test.each([
  [1, 100, 1],
  [1, 100, 2],
  [1, 100, 37],
  [3, 100, 100],
  [7, 100, 8],
])('the fewest from %d to %d that reach %d are found', (least, most, wanted) => {
  expect(fewest(least, most, (n) => n >= wanted)).toBe(wanted);
  expect(fewest(least, wanted - 1, (n) => n >= wanted)).toBe(
    wanted - 1 < least && least >= wanted ? least : null,
  );
});

test('there is none where more than the most is already too few', () => {
  expect(fewest(20, 10, () => false)).toBeNull();
});
