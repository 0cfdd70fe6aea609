import { describe, expect, test } from 'vitest';
import { makeTape, markTape } from './tape.ts';

const segments = [
  { phase: 'warm-up', seconds: 2, ratePerSecond: 50 },
  { phase: 'steady', seconds: 100, ratePerSecond: 400 },
] as const;

describe('a tape', () => {
  const tape = makeTape(segments, 1_000, 7);

  test('is the same for the same seed and another for another', () => {
    expect(makeTape(segments, 1_000, 7)).toEqual(tape);
    expect(makeTape(segments, 1_000, 8).atMs).not.toEqual(tape.atMs);
  });

  test('ascends, stays within its phases, and draws keys from the whole pool', () => {
    expect(tape.atMs).toEqual(tape.atMs.toSorted((a, b) => a - b));
    expect(tape.atMs.at(-1)).toBeLessThan(102_000);
    expect(Math.min(...tape.key)).toBeLessThan(10);
    expect(Math.max(...tape.key)).toBeGreaterThan(989);
    expect(Math.max(...tape.key)).toBeLessThan(1_000);
  });

  test("draws keys by Zipf's law where it is told to, at the same instants", () => {
    const zipf = makeTape(segments, 1_000, 7, { keys: { zipf: 1 } });
    expect(zipf.atMs).toEqual(tape.atMs);
    const first = zipf.key.filter((key) => key === 0).length / zipf.key.length;
    expect(first).toBeGreaterThan(0.12);
    expect(first).toBeLessThan(0.15);
  });

  test('asks each of the most popular keys once in a warm-up that is to fill a cache, and the rest is the same', () => {
    const filled = makeTape(segments, 1_000, 7, { keys: 'uniform', warmUpKeys: 'most-popular' });
    const count = tape.atMs.filter((at) => at < 2_000).length;
    expect(filled.key.slice(0, count)).toEqual(Array.from({ length: count }, (_, i) => count - 1 - i));
    expect(filled.key.slice(count)).toEqual(tape.key.slice(count));
    expect(filled.atMs).toEqual(tape.atMs);
  });

  test('goes through a pool that is smaller than its warm-up again', () => {
    const filled = makeTape(segments, 20, 7, { keys: 'uniform', warmUpKeys: 'most-popular' });
    const count = filled.atMs.filter((at) => at < 2_000).length;
    expect(count).toBeGreaterThan(20);
    expect(new Set(filled.key.slice(count - 20, count)).size).toBe(20);
    expect(filled.key[count - 1]).toBe(0);
  });

  test('has the planned number of requests within five standard deviations of a Poisson count', () => {
    const steady = tape.atMs.filter((at) => at >= 2_000).length;
    expect(Math.abs(steady - 40_000)).toBeLessThan(5 * 200);
  });

  test('says whose each request is only where it is told, and asks for the same keys then', () => {
    expect(tape).not.toHaveProperty('tenant');
    const own = makeTape(
      segments.map((one) => ({ ...one, tenant: 'small' })),
      1_000,
      7,
    );
    expect(own).toEqual({ ...tape, tenant: tape.atMs.map(() => 'small') });
  });

  test('mixes a crowd in at its share, so that the others come at their own rate, as by themselves', () => {
    const crowd = { tenant: 'crowd', share: 0.9 };
    const mixed = makeTape(
      [{ phase: 'fault', seconds: 100, ratePerSecond: 1_000, tenant: 'small', crowd }],
      1_000,
      7,
    );
    const small = mixed.atMs.filter((_, i) => mixed.tenant![i] === 'small');
    expect(Math.abs(small.length - 10_000)).toBeLessThan(5 * 100);
    // Poisson: the number in a second varies as much as it is.
    const inSecond = Array.from({ length: 100 }, () => 0);
    for (const ms of small) inSecond[Math.floor(ms / 1000)]! += 1;
    const mean = small.length / 100;
    const variance = inSecond.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 99;
    expect(variance / mean).toBeGreaterThan(0.6);
    expect(variance / mean).toBeLessThan(1.5);
  });

  test('has exponential gaps: their standard deviation is their mean', () => {
    const steady = tape.atMs.filter((at) => at >= 2_000);
    const gaps = steady.slice(1).map((at, i) => at - steady[i]!);
    const mean = gaps.reduce((a, b) => a + b) / gaps.length;
    const sd = Math.sqrt(gaps.reduce((a, b) => a + (b - mean) ** 2, 0) / gaps.length);
    expect(sd / mean).toBeGreaterThan(0.95);
    expect(sd / mean).toBeLessThan(1.1);
  });
});

describe('marks on a tape', () => {
  const faulted = [...segments, { phase: 'fault', seconds: 50, ratePerSecond: 400 }] as const;
  const tape = makeTape(faulted, 1_000, 7);

  test('lie in the fault phase alone, in the share that is asked for, and leave the requests as they are', () => {
    const { marks, ...rest } = markTape(tape, { marks: { twice: 0.1 } }, 7);
    expect(rest).toEqual(tape);
    expect(marks!.poison).toEqual([]);
    for (const i of marks!.twice) expect(tape.atMs[i]!).toBeGreaterThanOrEqual(102_000);
    expect(marks!.twice.length / 20_000).toBeCloseTo(0.1, 1);
  });

  test('are the same for the same seed, and none where nothing asks for them', () => {
    const marked = (seed: number) => markTape(tape, { marks: { poison: 0.1 } }, seed);
    expect(marked(7)).toEqual(marked(7));
    expect(marked(8).marks).not.toEqual(marked(7).marks);
    expect(markTape(tape, {}, 7)).toBe(tape);
    expect(markTape(tape, null, 7)).toBe(tape);
  });
});
