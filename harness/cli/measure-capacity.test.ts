import { describe, expect, test } from 'vitest';
import type { StageSetup } from '#contract/effects.ts';
import { plannedIn } from '#contract/trial-view.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import type { CapacityNeed } from '#harness/plan/rates.ts';
import { GOOD, simulate } from '#test/sim/effects.ts';
import { hooksFor } from '#test/sim/play.ts';
import { measureCapacity } from './measure-capacity.ts';

/** C as it is measured of a system that answers late whenever more than so many requests come in a second. */
async function measured(holds: number, need: CapacityNeed) {
  const isOver = ({ tape }: StageSetup, atMs: number) => {
    const span = tape.phases.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)!;
    return plannedIn(tape, span) / ((span.toMs - span.fromMs) / 1000) > holds;
  };
  const { clock, effects } = simulate({
    answer: (index, atMs, _, setup) => ({ ...GOOD, index, serviceMs: isOver(setup, atMs) ? 250 : 3 }),
  });
  const hooks = hooksFor(new AbortController().signal);
  return clock.until(measureCapacity(circuitBreaker, need, effects, hooks));
}

describe('a capacity that is needed only so far', () => {
  const need = { perSecond: 600, isExact: false };

  test('is at least that where the system holds it', async () => {
    expect(await measured(1_000, need)).toMatchObject({ perSecond: 600, atLeast: true });
  });

  test.each([
    [500, 450],
    [100, 90],
    [23, 18],
  ])('is a step of a ramp below it: of %i it is %i', async (holds, perSecond) => {
    expect(await measured(holds, need)).toMatchObject({ perSecond, atLeast: false });
  });
});

describe('a capacity that is needed exactly', () => {
  const need = { perSecond: 2_666, isExact: true };

  test.each([40, 120, 345, 600, 1_500])('is found to a seventh: %i', async (holds) => {
    const { perSecond, atLeast } = await measured(holds, need);
    // A Poisson tape's own rate differs from the one that was asked for.
    expect(perSecond).toBeLessThanOrEqual(holds * 1.1);
    expect(perSecond).toBeGreaterThanOrEqual(holds * 0.8);
    expect(atLeast).toBe(false);
  });

  test('is refused where the system holds more than any multiple could be sent of', async () => {
    await expect(measured(10_000, need)).rejects.toThrow(
      'holds 2666/s on this machine, and a multiple of more',
    );
  });

  test('is refused where the system holds nothing', async () => {
    await expect(measured(1, need)).rejects.toThrow('holds no rate on this machine');
  });
});
