import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/names.ts';
import type { Scrape } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { T0, type TrialShape, trialView } from '../fixture.ts';
import { checks } from './index.ts';

/** Readings at both edges of the fault window, between which `calls` ended in `outcome` after `seconds` each. */
function bitten(outcome: 'ok' | 'timeout', calls: number, seconds: number): Scrape[] {
  const reading = (moment: Scrape['moment'], at: number, count: number): Scrape => ({
    at: T0 + at,
    service: 'gateway',
    moment,
    values: {
      [`${METRICS.upstreamCallDuration}_count{outcome="${outcome}"}`]: count,
      [`${METRICS.upstreamCallDuration}_sum{outcome="${outcome}"}`]: count * seconds,
    },
  });
  return [reading('injected', 10_000, 0), reading('before-heal', 20_000, calls)];
}

const sound: TrialShape = { scrapes: bitten('ok', 100, 2) };

describe('validity rules', () => {
  test.each(Object.entries(checks))('%s holds for a sound trial', (_, check) => {
    expect(check(trialView(sound))).toMatchObject({ held: true });
  });

  const violations: Record<keyof typeof checks, TrialShape[]> = {
    completed: [{ facts: { ended: 'aborted' } }, { facts: { ended: 'interrupted' } }],
    generator: [
      { facts: { generator: { exitCode: 107, signal: null } } },
      { facts: { generator: { exitCode: null, signal: 'SIGKILL' } } },
    ],
    'samples-equal-tape': [{ outcome: (atMs) => (atMs === 5_000 ? null : {}) }],
    lateness: [{ outcome: (atMs) => ({ latenessMs: atMs % 1_000 < 50 ? 40 : 0 }) }, { outcome: () => null }],
    clock: [{ facts: { clockDriftMs: 900 } }, { facts: { clockDriftMs: -900 } }],
    'steady-state': [{ facts: { steadyGoodput: 0.94 } }, { facts: { steadyGoodput: null } }],
    'fault-bit': [
      { scrapes: [] },
      { scrapes: bitten('ok', 100, 0.01) },
      { scrapes: bitten('ok', 0, 2) },
      { scrapes: bitten('timeout', 4, 0.1) },
    ],
    healed: [{ facts: { faults: [{ ...trialView().facts.faults[0]!, healedAt: null }] } }],
    'no-empty-metric': [],
  };

  test.each(
    Object.entries(violations).flatMap(([rule, shapes]) =>
      shapes.map((shape, i) => [rule, i + 1, shape] as const),
    ),
  )('%s does not hold for violation %d, and says what to do', (rule, _, shape) => {
    const seen = checks[rule as keyof typeof checks](trialView({ ...sound, ...shape }));
    expect(seen).toMatchObject({ held: false });
    expect(seen!.observed).not.toBe('');
    expect(seen!.advice).not.toBe('');
  });

  test('no-empty-metric does not hold when a judged phase never took place', () => {
    const view = trialView({ facts: { faults: [{ ...trialView().facts.faults[0]!, injectedAt: null }] } });
    view.experiment = {
      ...view.experiment,
      objectives: [{ name: 'a', indicator: 'goodput', phase: 'fault', target: 0.9 }],
    };
    expect(checks['no-empty-metric'](view)).toMatchObject({ held: false });
  });

  test("a fault on the client's link is seen in the samples", () => {
    const onClientLink = (view: TrialView): TrialView => {
      const [fault] = view.experiment.faults;
      const bite = { ...fault!.bite, link: 'client->gateway' as const };
      return { ...view, experiment: { ...view.experiment, faults: [{ ...fault!, bite }] } };
    };
    const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;
    const slow = trialView({ outcome: (atMs) => (inFault(atMs) ? { serviceMs: 2_000 } : {}) });
    expect(checks['fault-bit'](onClientLink(slow))).toMatchObject({ held: true });
    const givenUp = { status: 0, errorCode: 1050, serviceMs: 1_000 };
    const gone = trialView({ outcome: (atMs) => (inFault(atMs) ? givenUp : {}) });
    expect(checks['fault-bit'](onClientLink(gone))).toMatchObject({ held: true });
    expect(checks['fault-bit'](onClientLink(trialView()))).toMatchObject({ held: false });
  });

  test('a fault bites by calls that time out as well as by slow answers', () => {
    expect(checks['fault-bit'](trialView({ scrapes: bitten('timeout', 5, 0.1) }))).toMatchObject({
      held: true,
    });
  });
});
