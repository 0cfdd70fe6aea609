import { describe, expect, test } from 'vitest';
import { judgeRegressions, type MetricTrials } from './regression.ts';

const p99: MetricTrials = {
  metric: 'p99',
  worse: 'higher',
  pinned: [50, 51, 49, 50, 52, 48],
  now: [50, 49, 51],
  smallestVisible: 0.05,
};
const times = (factor: number, values: readonly number[]) => values.map((value) => value * factor);

describe('a run against a pin', () => {
  test('that is unchanged passes, with the ratio and its interval', () => {
    const [result] = judgeRegressions([p99]);
    expect(result).toMatchObject({ outcome: 'pass', advice: '' });
    expect(result!.effect).toBeCloseTo(1, 2);
    expect(result!.interval![0]).toBeLessThan(1);
    expect(result!.margin).toBeCloseTo(1.0513, 4);
  });

  test('has regressed where the whole interval lies beyond the margin, and only there', () => {
    const at = (factor: number) => judgeRegressions([{ ...p99, now: times(factor, p99.now) }])[0]!.outcome;
    expect(at(1.3)).toBe('regression');
    expect(at(1.08)).toBe('pass');
    expect(at(0.5)).toBe('pass');
  });

  test('of a metric of which more is better has regressed where it fell', () => {
    const goodput: MetricTrials = { ...p99, metric: 'goodput', worse: 'lower' };
    const at = (factor: number) =>
      judgeRegressions([{ ...goodput, now: times(factor, p99.now) }])[0]!.outcome;
    expect(at(0.7)).toBe('regression');
    expect(at(1.3)).toBe('pass');
  });

  test('asks for what the machine can see, and never for less than 5 %', () => {
    const now = times(1.2, p99.now);
    expect(judgeRegressions([{ ...p99, now, smallestVisible: 0.001 }])[0]).toMatchObject({
      outcome: 'regression',
    });
    expect(judgeRegressions([{ ...p99, now, smallestVisible: 0.3 }])[0]!.outcome).toBe('pass');
    const small = { ...p99, now: times(1.04, [50, 50, 50]), pinned: [50, 50, 50], smallestVisible: 0.001 };
    expect(judgeRegressions([small])[0]!.outcome).toBe('pass');
  });

  test('needs more among several metrics than alone', () => {
    const now = [60, 55, 58];
    expect(judgeRegressions([{ ...p99, now }])[0]!.outcome).toBe('regression');
    const others = Array.from({ length: 5 }, () => p99);
    expect(judgeRegressions([{ ...p99, now }, ...others])[0]!.outcome).toBe('pass');
  });

  test.each([
    ['too few trials', { now: [50, 50] }, /2 trials: at least 3/],
    ['no calibration', { smallestVisible: null }, /npm run calibrate/],
    ['a value of 0', { now: [0, 50, 50] }, /no ratio/],
    ['a ratio that no number holds', { pinned: [5e-324, 1, 1] }, /too far apart/],
  ])('is inconclusive with %s', (_, more, advice) => {
    const [result] = judgeRegressions([{ ...p99, ...more }]);
    expect(result).toMatchObject({ outcome: 'inconclusive', effect: null, interval: null });
    expect(result!.advice).toMatch(advice);
  });
});
