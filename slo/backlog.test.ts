import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { backlogOf } from './backlog.ts';
import { T0, trialView } from './fixture.ts';
import { metrics } from './metrics.ts';

/** A reading of the gateway with so many calls begun and not ended. */
const reading = (atMs: number, waiting: number) => ({
  at: T0 + atMs,
  service: 'gateway' as const,
  moment: 'beat' as const,
  values: {
    [METRICS.upstreamStarted]: 1_000 + waiting,
    [`${METRICS.upstreamCalls}{outcome="ok"}`]: 900,
    [`${METRICS.upstreamCalls}{outcome="error"}`]: 100,
  },
});
// The fault lasts from 10 s to 20 s, the recovery until 30 s.
const before = [reading(8_000, 1), reading(9_000, 3), reading(15_000, 500)];

describe('what waits after an overload', () => {
  test('is drained at the first reading with no more than before the fault', () => {
    const view = trialView({
      scrapes: [...before, reading(20_500, 200), reading(21_000, 3), reading(21_500, 9)],
    });
    expect(backlogOf(view)).toEqual({
      calls: 200,
      drainedSeconds: 1,
      watchedSeconds: 1.5,
      projectedSeconds: null,
    });
    expect(metrics['seconds-to-drain'].of(view)).toBe(1);
  });

  test('that is not drained has no such time, and one at the mean pace of what was seen', () => {
    const view = trialView({
      scrapes: [...before, reading(20_000, 503), reading(25_000, 303), reading(31_000, 0)],
    });
    // 40 a second, and 300 more than before.
    expect(backlogOf(view)).toEqual({
      calls: 503,
      drainedSeconds: null,
      watchedSeconds: 5,
      projectedSeconds: 12.5,
    });
    expect(metrics['seconds-to-drain'].of(view)).toBeNull();
  });

  test('and that does not become less has none at all', () => {
    const grows = [...before, reading(20_000, 500), reading(25_000, 500)];
    expect(backlogOf(trialView({ scrapes: grows }))).toMatchObject({ projectedSeconds: null });
  });

  test('is not known without readings on both sides', () => {
    expect(backlogOf(trialView({ scrapes: before }))).toBeNull();
    expect(backlogOf(trialView({ scrapes: [reading(20_500, 0)] }))).toBeNull();
  });
});
