import { expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import type { ServiceName } from '#contract/names.ts';
import type { PlannedFault } from '#contract/plan.ts';
import type { Sample } from '#contract/sample.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { checks } from './checks/index.ts';
import { T0, trialView } from './fixture.ts';
import { countedKills, killsOf, survivedKills } from './kills.ts';
import { judgeObjective } from './objectives.ts';

const DONE: Partial<Sample> = { reason: 'done', ackMs: 4, effects: 1, serviceMs: 100 };
const LOST: Partial<Sample> = { ...DONE, status: 202, reason: 'unknown', effects: 0, serviceMs: 3_000 };
const KILLED_AT_S = [11, 13, 15, 17, 19];

/** A kill of the worker every other second; the metrics before each said how many jobs it had in hand. */
function soak(
  inHand: number[],
  of: (atMs: number) => Partial<Sample> = () => DONE,
  results = 3_000,
): TrialView {
  const view = trialView({ outcome: of });
  const faults = KILLED_AT_S.map(
    (at): PlannedFault => ({
      name: `kill-${at}`,
      injectAtMs: at * 1000,
      healAtMs: at * 1000 + 500,
      inject: [{ do: 'kill', service: 'worker' }],
      heal: [{ do: 'restart', service: 'worker' }],
      bite: { link: null, anyOf: [] },
      inHand: { toldBy: 'worker', series: METRICS.jobsRunning },
    }),
  );
  const facts = KILLED_AT_S.map((at) => ({
    name: `kill-${at}`,
    injectRequestedAt: T0 + at * 1000,
    injectedAt: T0 + at * 1000 + 20,
    healRequestedAt: T0 + at * 1000 + 500,
    healedAt: T0 + at * 1000 + 900,
    residue: [],
    error: null,
  }));
  const looked = KILLED_AT_S.map((at, i) =>
    reading('worker', 'before-inject', at * 1000 + 10, {
      [METRICS.jobsRunning]: inHand[i]!,
    }),
  );
  const end = reading('gateway', 'end', 30_000, {
    [METRICS.jobResults]: results,
    [METRICS.jobResultIds]: 3_000,
  });
  const planned = { kills: ['worker' as const], counted: 3, losesWith: 'usual-sample' };
  return {
    ...view,
    experiment: { ...view.experiment, faults, soak: planned },
    facts: { ...view.facts, faults: facts, scrapes: [...looked, end] },
  };
}

function reading(
  service: ServiceName,
  moment: 'before-inject' | 'end',
  ms: number,
  values: Record<string, number>,
) {
  return { at: T0 + ms, service, moment, values };
}

test('a kill counts where the service had a job in hand right before', () => {
  const view = soak([1, 0, 16, 2, 0]);
  expect(killsOf(view).map(({ inHand }) => inHand)).toEqual([1, 0, 16, 2, 0]);
  expect(countedKills(view, 'worker').map(({ atMs }) => atMs)).toEqual([11_000, 15_000, 17_000]);
  expect(countedKills(view, 'gateway')).toEqual([]);
});

test('a kill is survived when every job that was open then was accounted for', () => {
  const view = soak([1, 1, 1, 1, 1], (at) => (at === 14_000 ? LOST : DONE));
  // Open from 14 s to 17 s: by the kills at 15 s and 17 s, and not by the one that was healed at 13.9 s.
  expect(survivedKills(view, killsOf(view)).map(({ atMs }) => atMs)).toEqual([11_000, 13_000, 19_000]);
});

test('an effect that the broker alone counted speaks against every kill', () => {
  const view = soak([1, 1, 1, 1, 1], () => DONE, 3_001);
  expect(survivedKills(view, killsOf(view))).toEqual([]);
});

test('the objective counts kills, and says how often they may still fail', () => {
  const objective = { name: 'x', indicator: 'kills', phase: 'fault', service: 'worker', target: 1 } as const;
  const many = Array.from({ length: 12 }, () => soak([1, 1, 1, 1, 1]));
  const pass = judgeObjective(objective, 'candidate', many, []);
  expect(pass).toMatchObject({ unit: 'fault', good: 60, total: 60, outcome: 'pass' });
  expect(pass.advice).toBe('none of 60 faults failed: at most 4.9 % of such faults do (95 %)');
  const one = judgeObjective(objective, 'candidate', [...many, soak([1, 1, 1, 1, 1], () => LOST)], []);
  expect(one).toMatchObject({ good: 60, total: 65, outcome: 'fail' });
});

test('a soak in which too few kills hit a job proves nothing', () => {
  expect(checks['kills-hit-work'](soak([1, 1, 1, 0, 0]))).toMatchObject({
    held: true,
    observed: '3 of worker',
  });
  expect(checks['kills-hit-work'](soak([1, 1, 0, 0, 0]))).toMatchObject({ held: false });
});

test('nor does one in which the usual sample lost nothing', () => {
  const of = (sample: Partial<Sample>) => {
    const view = soak([1, 1, 1, 1, 1], () => sample);
    return checks['baseline-loses']({ ...view, facts: { ...view.facts, variant: 'usual-sample' } });
  };
  expect(of(LOST)).toMatchObject({ held: true, observed: '3000 of its jobs were lost' });
  expect(of(DONE)).toMatchObject({ held: false });
  expect(of({})).toMatchObject({ held: false });
});
