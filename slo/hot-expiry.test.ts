import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trialView } from './fixture.ts';
import { byExpiry, callsPerHotExpiryInFault } from './hot-expiry.ts';

describe('calls are told apart by the expiry that caused them', () => {
  test('whatever the time to live, the number of expiries and of calls each', () => {
    const expiries = fc.array(fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(expiries, fc.integer({ min: 100, max: 10_000 }), (offsets, ttlMs) => {
        const groups = offsets.map((group, i) =>
          group.map((offset) => i * (ttlMs + 50) + (offset / 100) * ttlMs).toSorted((a, b) => a - b),
        );
        expect(byExpiry(groups.flat().toReversed(), ttlMs)).toEqual(groups);
      }),
    );
  });

  test('and none is lost or counted twice, however they lie', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000 })),
        fc.integer({ min: 1, max: 2_000 }),
        (asked, ttlMs) => {
          const groups = byExpiry(asked, ttlMs);
          expect(groups.flat()).toEqual(asked.toSorted((a, b) => a - b));
          for (const group of groups) expect(group.at(-1)! - group[0]!).toBeLessThanOrEqual(ttlMs / 2);
        },
      ),
    );
  });
});

describe('calls per expiry of the hottest key', () => {
  // 100 requests a second, all for one key; the fault window is from 10 to 20 s.
  const hot = (served: (atMs: number) => string, options: object | null = { ttlMs: 1_000 }) => {
    const view = trialView({ outcome: (atMs) => ({ servedBy: served(atMs) }) });
    const patterns = options === null ? {} : { 'prediction-cache': options };
    const experiment = { ...view.experiment, variants: { [view.facts.variant]: { patterns } } };
    return { ...view, experiment } as unknown as typeof view;
  };
  const asks = (calls: number) => (atMs: number) => (atMs % 1_000 < calls * 10 ? 'primary' : 'cache');

  test('are what the model answered itself, in each group', () => {
    expect(callsPerHotExpiryInFault(hot(asks(1)))).toBe(1);
    expect(callsPerHotExpiryInFault(hot(asks(7)))).toBe(7);
  });

  test('leave other keys out', () => {
    const view = hot((atMs) => (atMs % 20 === 0 ? 'primary' : 'cache'));
    // The hot key at every odd position, and once a second at an even one, where the model is asked.
    const key = view.tape.key.map((_, i) => (i % 2 === 0 && i % 100 !== 0 ? i : 5_000));
    expect(callsPerHotExpiryInFault({ ...view, tape: { ...view.tape, key } })).toBe(1);
  });

  test.each([
    ['without a cache', () => hot(asks(1), null)],
    ['where its time to live is not said', () => hot(asks(1), {})],
    ['where nothing expired in the window', () => hot((atMs) => (atMs === 0 ? 'primary' : 'cache'))],
    [
      'where a request of the window was answered by neither',
      () => hot((atMs) => (atMs === 15_000 ? '' : 'cache')),
    ],
  ])('are unknown %s', (_, view) => {
    expect(callsPerHotExpiryInFault(view())).toBeNull();
  });
});
