import { describe, expect, test } from 'vitest';
import { estimateMean, intervalOf, lowerEnd, pAbove, pBelow } from './student.ts';
import { estimateDifference } from './welch.ts';

// Student's sleep data, as R has them in `sleep`; the expected values are those that R's t.test prints.
const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("Student's interval of a mean", () => {
  const paired = estimateMean(first.map((value, i) => value - second[i]!))!;

  test('agrees with R for paired sleep', () => {
    expect(paired.mean).toBeCloseTo(-1.58, 10);
    const [low, high] = intervalOf(paired);
    expect(low).toBeCloseTo(-2.4598858, 7);
    expect(high).toBeCloseTo(-0.7001142, 7);
    expect(2 * pAbove(paired, 0)).toBeCloseTo(0.002833, 6);
    expect(pAbove(paired, 0) + pBelow(paired, 0)).toBeCloseTo(1, 12);
  });

  test('has a one-sided end inside the two-sided one', () => {
    // scipy 1.17: mean - t.ppf(0.95, 9) * sem
    expect(lowerEnd(paired, 0.975)).toBeCloseTo(-2.4598858, 7);
    expect(lowerEnd(paired, 0.95)).toBeCloseTo(-2.2930053, 6);
  });

  test('needs two values, and of equal ones is a point that decides by itself', () => {
    expect(estimateMean([1])).toBeNull();
    const point = estimateMean([2, 2, 2])!;
    expect(intervalOf(point)).toEqual([2, 2]);
    expect([pBelow(point, 1), pBelow(point, 2), pBelow(point, 3)]).toEqual([0, 0, 1]);
    expect([pAbove(point, 1), pAbove(point, 2), pAbove(point, 3)]).toEqual([1, 0, 0]);
  });
});

describe("Welch's interval of a difference", () => {
  test('agrees with R for unpaired sleep', () => {
    const difference = estimateDifference(first, second)!;
    expect(difference.degreesOfFreedom).toBeCloseTo(17.776, 3);
    const [low, high] = intervalOf(difference);
    expect(low).toBeCloseTo(-3.3654832, 7);
    expect(high).toBeCloseTo(0.2054832, 7);
    expect(2 * pAbove(difference, 0)).toBeCloseTo(0.07939, 5);
  });

  test('of samples that do not vary is a point; of a single value there is none', () => {
    expect(intervalOf(estimateDifference([3, 3], [1, 1])!)).toEqual([2, 2]);
    expect(estimateDifference([3], [1, 1])).toBeNull();
  });
});
