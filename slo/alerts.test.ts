import { describe, expect, test } from 'vitest';
import type { Objective } from '#contract/experiment.ts';
import type { Sample } from '#contract/sample.ts';
import { alertsOf, seriesOf } from './alerts.ts';
import type { RequestObjective } from './count.ts';
import { type TrialShape, trialView } from './fixture.ts';

// The fixture plays 100 requests/s, deadline 200 ms: 10 s steady, 10 s fault, 10 s recovery.

const available: RequestObjective = {
  name: 'available',
  indicator: 'availability',
  phase: 'steady',
  target: 0.99,
};
const soon: RequestObjective = { ...available, name: 'soon', indicator: 'latency', withinMs: 100 };
const correct: RequestObjective = { ...available, name: 'correct', indicator: 'goodput', target: 0.95 };
const faithful: RequestObjective = { ...available, name: 'faithful', indicator: 'fidelity', target: 0.99 };

const lost: Partial<Sample> = { status: 0, errorCode: 1050, serviceMs: 1_000 };
const refused: Partial<Sample> = { status: 0, errorCode: 1212, serviceMs: 1 };
const between = (fromMs: number, toMs: number, what: Partial<Sample>) => (atMs: number) =>
  atMs >= fromMs && atMs < toMs ? what : {};

function view(shape: TrialShape, objectives: Objective[] = [available]) {
  const made = trialView(shape);
  return { ...made, experiment: { ...made.experiment, objectives } };
}

const alerts = (shape: TrialShape, objectives?: Objective[]) => alertsOf(view(shape, objectives))!;

describe('alerts on a trial', () => {
  test('say how the windows were scaled, what each alert needs, and which never can ring', () => {
    const { scale, watched } = alerts({}, [available, correct]);
    expect(scale).toBe(60);
    expect(watched.map(({ objective, target }) => [objective, target])).toEqual([
      ['available', 0.99],
      ['correct', 0.95],
    ]);
    expect(watched[0]!.rules.map((rule) => [rule.severity, rule.longSeconds, rule.outageSeconds])).toEqual([
      ['page', 60, 8.64],
      ['page', 360, 21.6],
      ['ticket', 1_440, 43.2],
      ['ticket', 4_320, 43.2],
    ]);
  });

  test('a fault that refuses everything is paged 9 s after its inject', () => {
    const { rang, faults } = alerts({ outcome: between(10_000, 20_000, refused) });
    // 864 misses, which the short window holds until 5 s after the last.
    expect(rang).toEqual([
      {
        objective: 'available',
        severity: 'page',
        burnRate: 14.4,
        longSeconds: 60,
        shortSeconds: 5,
        fromSecond: 19,
        toSecond: 25,
        fault: 'latency',
        secondsAfterInject: 9,
      },
    ]);
    expect(faults).toEqual([
      { name: 'latency', first: rang[0], rangBefore: false, burnt: { objective: 'available', times: 100 } },
    ]);
  });

  test('answers that don’t come are known as missed a deadline later, and so is the page', () => {
    const one = view({ outcome: between(10_000, 20_000, lost) });
    // Those planned after 10.8 s are known to be missed after 11 s only.
    expect(seriesOf(one, available).seconds.slice(9, 12)).toEqual([
      { total: 100, misses: 0 },
      { total: 81, misses: 81 },
      { total: 100, misses: 100 },
    ]);
    // It takes 8.64 s of misses, and with those that time out 0.2 s more: 18.84 s and 19.04 s.
    const first = (what: Partial<Sample>) => alerts({ outcome: between(10_200, 20_000, what) }).rang[0];
    expect([refused, lost].map((what) => first(what)?.fromSecond)).toEqual([19, 20]);
  });

  test('an answer that comes too late is a miss when its time has run out, not when it comes', () => {
    const slow = view({ outcome: between(10_000, 20_000, { serviceMs: 150 }) }, [soon]);
    expect(seriesOf(slow, soon).seconds[10]).toEqual({ total: 91, misses: 91 });
    expect(alertsOf(slow)!.faults[0]!.first).toMatchObject({ objective: 'soon', severity: 'page' });
    expect(alertsOf(view({ outcome: between(10_000, 20_000, { serviceMs: 150 }) }))!.rang).toEqual([]);
  });

  test('a request that was never sent is a miss, and one without an answer is none to fidelity', () => {
    const gone = view({ outcome: (atMs) => (atMs >= 10_000 && atMs < 20_000 ? null : {}) }, [faithful]);
    expect(alertsOf(gone)!.rang).toEqual([]);
    expect(
      alertsOf({ ...gone, experiment: { ...gone.experiment, objectives: [available] } })!.rang,
    ).toHaveLength(1);
    const wrong = alerts({ outcome: between(10_000, 20_000, { faithful: false }) }, [faithful]);
    expect(wrong.rang).toMatchObject([{ objective: 'faithful', secondsAfterInject: 9 }]);
  });

  test('a fault that a fallback carries is seen by none, and burnt little', () => {
    const carried = alerts({ outcome: (atMs) => (atMs % 1000 === 0 && atMs >= 10_000 ? refused : {}) });
    expect(carried.rang).toEqual([]);
    expect(carried.faults).toEqual([
      { name: 'latency', first: null, rangBefore: false, burnt: { objective: 'available', times: 1 } },
    ]);
  });

  test('a loose target is blind to a total outage of 10 s, and the verdict has the burn', () => {
    const { rang, faults } = alerts({ outcome: between(10_000, 20_000, refused) }, [correct]);
    expect(rang).toEqual([]);
    expect(faults[0]).toMatchObject({ first: null, burnt: { objective: 'correct', times: 20 } });
  });

  test('what rang before the inject did not see the fault', () => {
    const { rang, faults } = alerts({ outcome: between(0, 12_000, refused) });
    expect(rang[0]).toMatchObject({ fromSecond: 9, fault: null, secondsAfterInject: null });
    expect(faults[0]).toMatchObject({ first: null, rangBefore: true });
  });

  test('a page comes before a ticket of the same second', () => {
    const strict = { ...available, target: 0.9999 };
    const { rang, faults } = alerts({ outcome: between(10_000, 20_000, refused) }, [
      { ...strict, name: 'b' },
      { ...strict, name: 'a' },
    ]);
    expect(rang.slice(0, 3).map(({ severity }) => severity)).toEqual(['page', 'page', 'page']);
    expect(faults[0]!.first).toMatchObject({ objective: 'b', severity: 'page', secondsAfterInject: 1 });
  });

  test('the warm-up is not looked at', () => {
    const warm = view({ outcome: between(0, 9_000, refused) });
    warm.spans['warm-up'] = { fromMs: 0, toMs: 9_000 };
    expect(alertsOf(warm)!.rang).toEqual([]);
    expect(seriesOf(warm, available)).toMatchObject({ fromSecond: 9 });
    expect(seriesOf(warm, available).seconds).toHaveLength(21);
  });

  test('there are none where no objective of the steady phase allows misses', () => {
    const inFault: Objective = { ...available, phase: 'fault' };
    expect(alertsOf(view({}, [inFault, { ...available, target: 1 }]))).toBeNull();
    expect(alertsOf(view({}, []))).toBeNull();
  });
});
