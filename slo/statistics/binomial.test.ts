import { describe, expect, test } from 'vitest';
import { decideShare, interval95, lowerBound, requestsToPass, upperBound } from './binomial.ts';

describe('deciding a share against its target', () => {
  // The smallest samples of MLPerf LoadGen's early stopping, at 95 %.
  test.each([
    [0.9, 0, 29],
    [0.95, 0, 59],
    [0.99, 0, 299],
    [0.999, 0, 2_995],
    [0.9, 1, 46],
    [0.95, 1, 93],
    [0.99, 1, 473],
    [0.999, 1, 4_742],
  ])('p%d with %d misses passes from %d requests on, and not one earlier', (target, misses, n) => {
    expect(decideShare(n - misses, n, target)).toBe('pass');
    expect(decideShare(n - 1 - misses, n - 1, target)).toBe('inconclusive');
  });

  test('fails only when the misses are too many for chance', () => {
    expect(decideShare(9_900, 10_000, 0.995)).toBe('fail');
    expect(decideShare(9_948, 10_000, 0.995)).toBe('inconclusive');
  });

  test('nothing observed decides nothing', () => {
    expect(decideShare(0, 0, 0.5)).toBe('inconclusive');
  });
});

test('exact bounds agree with published values for 7 of 10', () => {
  const [low, high] = interval95(7, 10);
  expect(low).toBeCloseTo(0.3475, 4);
  expect(high).toBeCloseTo(0.9333, 4);
});

test('bounds hold for as many requests as a long run has', () => {
  expect(lowerBound(999_000, 1_000_000, 0.95)).toBeGreaterThan(0.99894);
  expect(upperBound(999_000, 1_000_000, 0.95)).toBeLessThan(0.99906);
});

test('says how many requests would settle an undecided share, and when none would', () => {
  const needed = requestsToPass(998, 999, 0.998)!;
  expect(decideShare(Math.floor((998 / 999) * needed), needed, 0.998)).toBe('pass');
  expect(requestsToPass(990, 1_000, 0.995)).toBeNull();
});
