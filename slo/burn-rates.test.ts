import { describe, expect, test } from 'vitest';
import { atTarget, scaled, scaleFor, WORKBOOK } from './burn-rates.ts';

const [page] = scaled(60);

describe("the workbook's alerts", () => {
  test('ring at 2, 5, 10 and 10 % of the budget of 30 days, the short window a twelfth of the long one', () => {
    const month = 30 * 24 * 3_600;
    const shares = WORKBOOK.map(({ burnRate, longSeconds }) => (burnRate * longSeconds) / month);
    expect(shares.map((share) => Number(share.toFixed(6)))).toEqual([0.02, 0.05, 0.1, 0.1]);
    for (const { longSeconds, shortSeconds } of WORKBOOK) expect(longSeconds / shortSeconds).toBe(12);
  });

  test('shrink so that an hour is a minute', () => {
    expect(scaled(60).map(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])).toEqual([
      [60, 5],
      [360, 30],
      [1_440, 120],
      [4_320, 360],
    ]);
  });

  test.each([
    [1, 60],
    [43, 60],
    [7_199, 60],
    [7_200, 30],
    [21_600, 10],
    [215_999, 2],
    [216_000, 1],
    [604_800, 1],
  ])('in a run of %d s shrink by %d, to whole seconds', (runSeconds, scale) => {
    expect(scaleFor(runSeconds)).toBe(scale);
    for (const { longSeconds, shortSeconds } of scaled(scale)) {
      expect(Number.isInteger(longSeconds) && Number.isInteger(shortSeconds)).toBe(true);
    }
  });
});

describe('what an alert can do at a target and a rate', () => {
  test('a total outage rings once it has spent the share of its window', () => {
    expect(atTarget(page!, 0.999, 100)).toMatchObject({
      outageSeconds: 0.864,
      leastRequests: 348,
      silent: '',
    });
    expect(atTarget(page!, 0.99, 100)).toMatchObject({ outageSeconds: 8.64, leastRequests: 35, silent: '' });
  });

  test('never rings where a total outage burns too slowly for it', () => {
    const rule = atTarget(page!, 0.93, 100);
    expect(rule).toMatchObject({ outageSeconds: null });
    expect(rule.silent).toContain('less than 14.4 times');
    // 14.4 × 0.0625 is 90 %.
    expect(atTarget(page!, 0.9375, 100)).toMatchObject({ outageSeconds: 54, silent: '' });
  });

  test('never rings at a rate that does not fill its window', () => {
    // 5 misses are 1.44 % of 348 requests; 5.8 requests a second are 348 in a minute.
    expect(atTarget(page!, 0.999, 5.8)).toMatchObject({ leastRequests: 348, silent: '' });
    const thin = atTarget(page!, 0.999, 5.7);
    expect(thin).toMatchObject({ outageSeconds: null });
    expect(thin.silent).toContain('fewer than the 348 requests');
  });
});
