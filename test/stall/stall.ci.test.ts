import { beforeAll, describe, expect, test } from 'vitest';
import { deviation } from './arithmetic.ts';
import { ALLOWED, type StallFigures } from './page.ts';
import { stallSection } from './section.ts';
import { RATE_PER_SECOND, STALL_MS } from './setup.ts';

describe('a server that stops for two seconds amid the load', () => {
  let figures: StallFigures;
  beforeAll(async () => {
    figures = (await stallSection()).figures;
  }, 180_000);

  test('is told by the harness as arithmetic says, within 5 %', () => {
    const { seen, expected, neverSent, outcome, broken } = figures.gauntlet;
    // Figures of a disturbed generator prove nothing, so this comes first.
    expect(broken).toEqual([]);
    expect(neverSent).toBe(0);
    expect(seen.requests).toBe(expected.requests);
    expect(Math.abs(deviation(seen.p99Ms, expected.p99Ms))).toBeLessThanOrEqual(ALLOWED);
    expect(Math.abs(deviation(seen.beyond, expected.beyond))).toBeLessThanOrEqual(ALLOWED);
    expect(outcome).not.toBe('pass');
  });

  test('stood still for as long in every play, by its own clock', () => {
    const { gauntlet, arrivalRate, closedLoop } = figures;
    const lengths = [gauntlet.stall.toMs - gauntlet.stall.fromMs, arrivalRate.stallMs, closedLoop.stallMs];
    for (const ms of lengths) {
      expect(ms).toBeGreaterThanOrEqual(STALL_MS - 1);
      expect(ms).toBeLessThan(STALL_MS * 1.05);
    }
  });

  test('hardly shows in a closed loop', () => {
    const { gauntlet, closedLoop } = figures;
    expect(closedLoop.seen.beyond).toBeGreaterThan(0);
    expect(closedLoop.seen.beyond).toBeLessThan(gauntlet.expected.beyond / 5);
    expect(closedLoop.seen.p99Ms).toBeLessThan(gauntlet.expected.p99Ms / 3);
  });

  test("is left out by k6's open loop as soon as its virtual users wait", () => {
    const { gauntlet, arrivalRate } = figures;
    // All that the rate plans in the stall but for those that its users had sent; half, for a noisy machine.
    expect(arrivalRate.dropped).toBeGreaterThan((RATE_PER_SECOND * STALL_MS) / 1000 / 2);
    expect(arrivalRate.seen.beyond).toBeLessThan(gauntlet.expected.beyond / 5);
  });
});
