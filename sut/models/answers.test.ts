import { expect, test } from 'vitest';
import { accuracy, classOf, largestDifference } from './answers.ts';

const twoRows = Float32Array.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]);

test('the class is the most probable one, the first of equals', () => {
  expect(classOf(twoRows, 0)).toBe(3);
  expect(classOf(twoRows, 1)).toBe(0);
});

test('accuracy is the share of rows whose class is the label', () => {
  expect(accuracy(twoRows, Uint8Array.from([3, 9]))).toBe(0.5);
});

test('answers that are not numbers, or too few, are infinitely far away', () => {
  expect(largestDifference(twoRows, twoRows)).toBe(0);
  expect(
    largestDifference(
      twoRows,
      twoRows.map(() => Number.NaN),
    ),
  ).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference(twoRows, twoRows.subarray(10))).toBe(Number.POSITIVE_INFINITY);
});
