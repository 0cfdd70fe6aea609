import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interval95 } from './binomial.ts';
import { differenceOf, keysAbove, keysBelow, keysInterval, type PairedKeys } from './mcnemar.ts';
import { pOfSplit } from './sign.ts';

/** Any counts of paired keys, few that differ and many. */
const anyKeys = fc
  .tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 2_000 }))
  .filter(([onlyOne, onlyOther, alike]) => onlyOne + onlyOther + alike > 0)
  .map(
    ([onlyOne, onlyOther, alike]): PairedKeys => ({ keys: onlyOne + onlyOther + alike, onlyOne, onlyOther }),
  );

test("at a bound of 0 it decides exactly as McNemar's exact test does", () => {
  // A. Agresti's approval ratings; scipy 1.17: binomtest(86, 86 + 150).pvalue
  const ratings = { keys: 1_600, onlyOne: 86, onlyOther: 150 };
  expect(2 * keysAbove(ratings, 0)).toBeCloseTo(3.7159361e-5, 12);
  fc.assert(
    fc.property(anyKeys, (paired) => {
      const pValue = pOfSplit(paired.onlyOne, paired.onlyOther);
      expect(Math.min(1, 2 * Math.min(keysAbove(paired, 0), keysBelow(paired, 0)))).toBeCloseTo(pValue, 10);
      // A p value that is the level itself, but for the last digits of the arithmetic, may fall to either side.
      fc.pre(Math.abs(pValue - 0.05) > 1e-9);
      const [low, high] = keysInterval(paired);
      expect(low > 0 || high < 0).toBe(pValue < 0.05);
    }),
  );
});

test('the interval holds what was seen, and its ends are where the p values say 2.5 %', () => {
  fc.assert(
    fc.property(anyKeys, (paired) => {
      const [low, high] = keysInterval(paired);
      const seen = differenceOf(paired);
      expect(low).toBeLessThanOrEqual(seen);
      expect(high).toBeGreaterThanOrEqual(seen);
      expect(keysBelow(paired, low - 1e-6)).toBeLessThanOrEqual(0.025);
      expect(keysAbove(paired, high + 1e-6)).toBeLessThanOrEqual(0.025);
      if (low > -1) expect(keysBelow(paired, low + 1e-6)).toBeGreaterThan(0.0249);
    }),
  );
});

test('keys that never differed prove no more than their number does', () => {
  const [low, high] = keysInterval({ keys: 100, onlyOne: 0, onlyOther: 0 });
  expect(high).toBe(-low);
  // At least as wide as Clopper and Pearson's interval of the share that differs.
  expect(high).toBeGreaterThan(interval95(0, 100)[1]);
  expect(keysBelow({ keys: 100, onlyOne: 0, onlyOther: 0 }, -0.005)).toBe(1);
  expect(keysBelow({ keys: 10_000, onlyOne: 0, onlyOther: 0 }, -0.005)).toBe(0);
});

test('is the same seen from the other side', () => {
  const paired = { keys: 900, onlyOne: 12, onlyOther: 5 };
  const [low, high] = keysInterval(paired);
  const [otherLow, otherHigh] = keysInterval({ keys: 900, onlyOne: 5, onlyOther: 12 });
  expect([otherLow, otherHigh]).toEqual([-high, -low]);
});
