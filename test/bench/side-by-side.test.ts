import { expect, test } from 'vitest';
import { ratioOverStarts, ratioOverTurns, type Turn } from './side-by-side.ts';

const at = (perSecond: number): Turn => ({ perSecond, p99Ms: 5, cpuMs: 0.04, megabytes: 200 });

test('a machine that becomes slower between turns moves no ratio', () => {
  const turns = [
    [at(200), at(100)],
    [at(100), at(50)],
    [at(20), at(10)],
  ] as const;
  const { ratio, interval } = ratioOverTurns(turns, 'perSecond');
  expect(ratio).toBeCloseTo(2);
  expect(interval![0]).toBeCloseTo(2);
  expect(interval![1]).toBeCloseTo(2);
});

test('what differs from start to start decides the interval over starts, however many turns each had', () => {
  const quick = Array.from({ length: 5 }, () => [at(110), at(100)] as const);
  const slow = Array.from({ length: 5 }, () => [at(100), at(110)] as const);
  const { ratio, interval, pairs } = ratioOverStarts([quick, slow], 'perSecond');
  expect(pairs).toBe(2);
  expect(ratio).toBeCloseTo(1);
  expect(interval![0]).toBeLessThan(0.5);
  expect(interval![1]).toBeGreaterThan(2);
});
