import { describe, expect, test } from 'vitest';
import { adjustForMany } from './holm.ts';
import { askMean } from './questions.ts';
import { settle } from './settle.ts';
import { signsOf } from './sign.ts';
import { estimateMean } from './student.ts';

test("Holm's adjusted p values are those of R's p.adjust, in the order given", () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
    expect(adjustForMany([0.01, 0.04, 0.03, 0.005])[i]).toBeCloseTo(expected, 12);
  });
  expect(adjustForMany([0.9, 0.8])).toEqual([1, 1]);
  expect(adjustForMany([])).toEqual([]);
});

describe('signs', () => {
  test('six of six agree by chance once in 32, five of six seven times', () => {
    expect(signsOf([1, 2, 3, 4, 5, 6], 0)).toEqual({ agreeing: 6, pValue: 0.03125 });
    expect(signsOf([1, 2, 3, 4, 5, 6], 1.5).pValue).toBe(0.21875);
  });

  test('a value on the bound counts for neither side', () => {
    expect(signsOf([0, 1, 1], 0)).toEqual({ agreeing: 2, pValue: 0.5 });
    expect(signsOf([0], 0)).toEqual({ agreeing: 0, pValue: 1 });
  });
});

describe('questions that are asked together', () => {
  const question = (values: number[], side: 'atMost' | 'atLeast' = 'atLeast') =>
    askMean(estimateMean(values)!, { side, value: 0 });
  // Two-sided p of 0.0028, 0.029 and 0.77 (scipy 1.17: ttest_1samp).
  const strong = question([2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4, 1.2]);
  const weak = question([0.1, 0.9, 1.5, 2.2, 0.2, 0.6, -0.3, 1.1]);
  const none = question([1, -1, 2, -1.5, 0.5]);

  test('are each answered as the 95 % interval does where there is only one', () => {
    expect(settle([weak])).toEqual([{ lies: 'inside', sureAlone: true }]);
    expect(settle([none])).toEqual([{ lies: 'open', sureAlone: false }]);
  });

  test('need more than that where there are several, and it is said', () => {
    expect(settle([strong, weak, none])).toEqual([
      { lies: 'inside', sureAlone: true },
      { lies: 'open', sureAlone: true },
      { lies: 'open', sureAlone: false },
    ]);
  });

  test('may be answered either way', () => {
    expect(settle([question([3, 3.1, 2.9, 3], 'atMost')])[0]!.lies).toBe('outside');
    expect(settle([question([0, 0, 0], 'atMost')])[0]!.lies).toBe('inside');
  });
});
