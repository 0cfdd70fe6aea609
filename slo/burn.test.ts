import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksThatRing, type Series } from './burn.ts';
import { atTarget, scaled } from './burn-rates.ts';

const RATE = 100;
const SECONDS = 150;
const [page, slowPage, ticket, slowTicket] = scaled(60) as [Rule, Rule, Rule, Rule];
type Rule = ReturnType<typeof scaled>[number];

/** A history of 100 requests/s with so many misses in each second. */
function series(missesIn: (second: number) => number, seconds = SECONDS, fromSecond = 0): Series {
  return {
    fromSecond,
    seconds: Array.from({ length: seconds }, (_, second) => ({ total: RATE, misses: missesIn(second) })),
    ratePerSecond: RATE,
  };
}

const ringsOf = (rule: Rule, target: number, one: Series) =>
  looksThatRing(one, rule, target, atTarget(rule, target, one.ratePerSecond).leastRequests);

const during = (from: number, to: number, misses: number) => (second: number) =>
  second >= from && second < to ? misses : 0;

describe('known truths at 100 requests/s', () => {
  test('an outage of 5 s, target 99.9 %: 87 misses page in its first second', () => {
    const outage = series(during(60, 65, RATE));
    // 14.4 × 0.1 % of 6,000 are 86.4. The short window holds a miss until 5 s after the last.
    expect(ringsOf(page, 0.999, outage)).toEqual([{ fromSecond: 61, toSecond: 70 }]);
    // 6 × 0.1 % of 36,000 are 216: three seconds.
    expect(ringsOf(slowPage, 0.999, outage)).toEqual([{ fromSecond: 63, toSecond: 95 }]);
    // 3 × 0.1 % of 144,000 and 0.1 % of 432,000 are 432: five seconds.
    expect(ringsOf(ticket, 0.999, outage)).toEqual([{ fromSecond: 65, toSecond: null }]);
    expect(ringsOf(slowTicket, 0.999, outage)).toEqual([{ fromSecond: 65, toSecond: null }]);
  });

  test('an outage of 5 s, target 99 %: nobody is woken, for it takes 8.64 s', () => {
    const outage = series(during(60, 65, RATE));
    expect(ringsOf(page, 0.99, outage)).toEqual([]);
    expect(ringsOf(slowPage, 0.99, outage)).toEqual([]);
  });

  test('an outage without end, target 99 %: a page after 9 s, within the 10 s that are asked for', () => {
    expect(ringsOf(page, 0.99, series(during(60, 150, RATE)))).toEqual([{ fromSecond: 69, toSecond: null }]);
  });

  test('5 % errors for 60 s, target 99.9 %: a page after 18 s, within the 60 s that are asked for', () => {
    // 86.4 at 5 a second.
    expect(ringsOf(page, 0.999, series(during(60, 120, 5)))).toEqual([{ fromSecond: 78, toSecond: 124 }]);
    // 216 at 5 a second.
    expect(ringsOf(slowPage, 0.999, series(during(60, 120, 5)))).toEqual([
      { fromSecond: 104, toSecond: 147 },
    ]);
  });

  test('5 % errors for 60 s, target 99 %: five times as fast as allowed is nobody’s page', () => {
    for (const rule of [page, slowPage]) expect(ringsOf(rule, 0.99, series(during(60, 120, 5)))).toEqual([]);
  });

  test('0.05 % background, target 99.9 %: nothing rings, however long', () => {
    const background = series((second) => (second % 20 === 0 ? 1 : 0), 5_000);
    for (const rule of scaled(60)) expect(ringsOf(rule, 0.999, background)).toEqual([]);
  });

  test('a blip of half a second’s requests: no page, where a threshold on the error rate would have rung', () => {
    for (const target of [0.99, 0.999]) {
      for (const rule of [page, slowPage])
        expect(ringsOf(rule, target, series(during(60, 61, 50)))).toEqual([]);
    }
  });

  test('a second outage rings anew', () => {
    const two = series((second) => during(20, 22, RATE)(second) + during(120, 122, RATE)(second));
    expect(ringsOf(page, 0.999, two)).toEqual([
      { fromSecond: 21, toSecond: 27 },
      { fromSecond: 121, toSecond: 127 },
    ]);
  });
});

describe('a window that is not filled yet', () => {
  test('takes as many misses to ring as a full one', () => {
    expect(ringsOf(page, 0.99, series(during(0, 150, RATE)))).toEqual([{ fromSecond: 9, toSecond: null }]);
    expect(ringsOf(page, 0.99, series(during(3, 150, RATE), SECONDS, 10))).toEqual([
      { fromSecond: 22, toSecond: null },
    ]);
  });

  test('never rings at three of the first ten requests', () => {
    const young: Series = { fromSecond: 0, seconds: [{ total: 10, misses: 3 }], ratePerSecond: 10 };
    for (const rule of scaled(60)) expect(ringsOf(rule, 0.99, young)).toEqual([]);
  });
});

test('a window with too few requests does not ring, whatever share of them is missed', () => {
  const thin = (total: number): Series => ({
    fromSecond: 0,
    seconds: Array.from({ length: 200 }, (_, second) => ({
      total: second % 60 === 0 ? total : 0,
      misses: second === 120 ? total : 0,
    })),
    ratePerSecond: total / 60,
  });
  // 5 misses are 14.4 % of 35 requests.
  expect(looksThatRing(thin(34), page, 0.99, 35)).toEqual([]);
  expect(looksThatRing(thin(35), page, 0.99, 35)).toEqual([{ fromSecond: 121, toSecond: 126 }]);
});

const first = (rings: { fromSecond: number }[]) => rings[0]?.fromSecond ?? Number.POSITIVE_INFINITY;
const anyRule = fc.constantFrom(...scaled(60));
const anyTarget = fc.constantFrom(0.9, 0.95, 0.99, 0.995, 0.999, 0.9999);

describe('whatever happened', () => {
  test('more misses never ring later', () => {
    const misses = fc.array(fc.integer({ min: 0, max: RATE }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(
        anyRule,
        anyTarget,
        misses,
        fc.infiniteStream(fc.nat(RATE)),
        (rule, target, some, extra) => {
          const more = some.map((n) => Math.min(RATE, n + extra.next().value));
          const of = (list: number[]) =>
            ringsOf(
              rule,
              target,
              series((second) => list[second]!, list.length),
            );
          expect(first(of(more))).toBeLessThanOrEqual(first(of(some)));
        },
      ),
    );
  });

  test('an alert that rings takes five misses, and stops within its short window after the last', () => {
    const misses = fc.array(fc.constantFrom<number>(0, 0, 0, 1, 5, RATE), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(anyRule, anyTarget, misses, (rule, target, list) => {
        for (const { fromSecond, toSecond } of ringsOf(
          rule,
          target,
          series((s) => list[s]!, list.length),
        )) {
          const seen = list.slice(0, fromSecond).reduce((a, b) => a + b, 0);
          expect(seen).toBeGreaterThanOrEqual(5);
          const last = list.slice(0, toSecond ?? list.length).findLastIndex((n) => n > 0);
          expect((toSecond ?? list.length) - last - 1).toBeLessThanOrEqual(rule.shortSeconds);
        }
      }),
    );
  });

  test('a burn that begins and stays rings at the scaled time in a scaled series', () => {
    const burn = fc.record({
      misses: fc.integer({ min: 1, max: RATE }),
      from: fc.integer({ min: 0, max: 80 }),
    });
    fc.assert(
      fc.property(
        fc.nat(3),
        anyTarget,
        burn,
        fc.constantFrom(2, 3, 6),
        (which, target, { misses, from }, times) => {
          const of = (scale: number, stretch: number) =>
            first(
              ringsOf(
                scaled(scale)[which]!,
                target,
                series((second) => (second >= from * stretch ? misses : 0), 120 * stretch),
              ),
            );
          const coarse = of(60, 1);
          const fine = of(60 / times, times);
          // Both look once a second, so the finer one may be up to one look of the coarser one sooner.
          expect(Math.ceil(fine / times)).toBe(coarse);
        },
      ),
    );
  });
});
