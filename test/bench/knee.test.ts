import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastBefore, powerOf, saturationOf, steepestFall } from './knee.ts';

const steps = (...pairs: [number, number][]) => pairs.map(([x, y]) => ({ x, y }));

test('throughput saturates at the smallest x that brings nine tenths of the highest', () => {
  expect(saturationOf(steps([1, 3_000], [8, 18_000], [64, 19_000], [512, 16_000]))).toBe(8);
  expect(saturationOf([])).toBeNull();
});

test('in whatever order the steps were measured', () => {
  const all = steps([1, 10], [2, 95], [4, 100]);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (some) => {
      expect(saturationOf(some)).toBe(2);
      expect(lastBefore(some, 9)).toBe(1);
    }),
  );
});

test('a time is level up to the last x before it passes so many times its first', () => {
  expect(lastBefore(steps([1, 5], [16, 6], [64, 9], [256, 80]), 2)).toBe(64);
  expect(lastBefore(steps([1, 5], [16, 6]), 2)).toBeNull();
});

test('the steepest fall is where the smallest share is kept', () => {
  const fall = steepestFall(steps([0, 100], [1, 90], [2, 45], [3, 44]));
  expect(fall).toEqual({ from: 1, to: 2, kept: 0.5 });
  expect(steepestFall(steps([0, 1], [1, 2]))).toBeNull();
});

test('the power of a growth is found again', () => {
  fc.assert(
    fc.property(fc.double({ min: -2, max: 3, noNaN: true }), (power) => {
      expect(powerOf([1, 10, 100].map((x) => ({ x, y: 7 * x ** power })))).toBeCloseTo(power, 6);
    }),
  );
  expect(powerOf(steps([1, 1]))).toBeNull();
});
