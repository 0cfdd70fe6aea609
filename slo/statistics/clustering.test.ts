import { describe, expect, test } from 'vitest';
import { decideShare, interval95, lowerBound, requestsToPass } from './binomial.ts';
import { ALONE, type Batches, clusteringOf } from './clustering.ts';

/** Seconds of 1,000 requests, with so many misses each. */
function window(...misses: number[]): Batches {
  return { total: new Float64Array(misses.length).fill(1_000), missed: Float64Array.from(misses) };
}

/** So many quiet seconds. */
const quiet = (seconds: number): number[] => new Array(seconds).fill(0);

describe('how misses hang together', () => {
  test('none, all, a single one, or a window without requests: they come alone', () => {
    expect(clusteringOf([window(...quiet(60))])).toEqual(ALONE);
    expect(clusteringOf([window(...new Array(60).fill(1_000))])).toEqual(ALONE);
    expect(clusteringOf([window(...quiet(30), 1, ...quiet(29))])).toEqual(ALONE);
    expect(clusteringOf([])).toEqual(ALONE);
  });

  test('a few isolated ones hardly count as more than they are', () => {
    const few = window(...quiet(9), 1, ...quiet(20), 1, ...quiet(15), 1, ...quiet(13));
    expect(clusteringOf([few]).designEffect).toBeLessThan(1.1);
    expect(clusteringOf([few]).unseen).toBe(1);
  });

  test('one episode counts as one event of its size, over as many seconds as it lasts', () => {
    const short = clusteringOf([window(...quiet(29), 300, ...quiet(30))]);
    const long = clusteringOf([window(...quiet(29), 100, 100, 100, ...quiet(28))]);
    // A little less than 300, since the mean of 5 a second is no excess.
    expect(short.designEffect).toBeGreaterThan(290);
    expect(long.designEffect).toBeGreaterThan(280);
    expect(long.designEffect).toBeLessThan(310);
  });

  test('an unseen one is reckoned with at twice the size of the largest, less what chance puts together', () => {
    const { unseen } = clusteringOf([window(...quiet(29), 300, ...quiet(30))]);
    expect(unseen).toBeGreaterThan(2 * 280);
    expect(unseen).toBeLessThan(2 * 300);
    const steady = window(...Array.from({ length: 60 }, (_, i) => 24 + (i % 2 === 0 ? 4 : -4)));
    expect(clusteringOf([steady])).toEqual(ALONE);
  });

  test('nothing hangs together across the edge between two trials', () => {
    const apart = clusteringOf([window(...quiet(29), 100), window(100, ...quiet(29))]);
    const together = clusteringOf([window(...quiet(29), 100, 100, ...quiet(29))]);
    expect(apart.designEffect).toBeLessThan(110);
    expect(together.designEffect).toBeGreaterThan(180);
    expect(together.unseen).toBeGreaterThan(1.8 * apart.unseen);
  });
});

describe('a share whose misses hang together', () => {
  test('is bounded as by so many events of a size: ten of 30 misses', () => {
    // Garwood's upper limit of a Poisson mean after 10 events, one-sided 95 %: 16.962 (scipy: gamma.ppf(0.95, 11)).
    const bound = lowerBound(1e6 - 300, 1e6, 0.95, { designEffect: 30, unseen: 30 });
    expect((1 - bound) * 1e6).toBeCloseTo(16.962 * 30, 0);
  });

  test("is bounded as by Fay and Feuer's gamma interval where sizes differ", () => {
    // 2 events of 100 and 10 of 10, and one of 200 that may have been missed. scipy 1.17:
    // gamma.ppf(0.95, 500**2 / 61000) * 61000 / 500 = 963.01
    const bound = lowerBound(1e7 - 300, 1e7, 0.95, { designEffect: 21_000 / 300, unseen: 200 });
    expect((1 - bound) * 1e7).toBeCloseTo(963.01, 0);
  });

  test('is less sure than one of as many misses that come alone, on both sides', () => {
    const [low, high] = interval95(59_700, 60_000);
    const [lower, higher] = interval95(59_700, 60_000, { designEffect: 30, unseen: 60 });
    expect(lower).toBeLessThan(low);
    expect(higher).toBeGreaterThan(high);
  });

  test('needs more requests to be settled, and is by as many as are said', () => {
    const clustering = { designEffect: 30, unseen: 60 };
    expect(decideShare(59_700, 60_000, 0.993)).toBe('pass');
    expect(decideShare(59_700, 60_000, 0.993, clustering)).toBe('inconclusive');
    const needed = requestsToPass(59_700, 60_000, 0.993, clustering)!;
    expect(needed).toBeGreaterThan(60_000);
    const good = (requests: number) => Math.floor(0.995 * requests);
    expect(decideShare(good(needed), needed, 0.993, clustering)).toBe('pass');
    expect(decideShare(good(needed - 400), needed - 400, 0.993, clustering)).toBe('inconclusive');
  });

  test('can be all bad without a bound that is no number', () => {
    expect(lowerBound(1, 100, 0.95, { designEffect: 90, unseen: 90 })).toBeLessThan(1e-9);
    expect(lowerBound(1, 100, 0.95, { designEffect: 90, unseen: 180 })).toBe(0);
    expect(interval95(0, 100, ALONE)[0]).toBe(0);
  });
});
