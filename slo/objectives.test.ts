import { describe, expect, test } from 'vitest';
import type { Objective } from '#contract/experiment.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { Recovery } from '#contract/verdict.ts';
import { type TrialShape, trialView } from './fixture.ts';
import { judgeObjective } from './objectives.ts';

const STEADY_SECONDS = 10;
const availability: Objective = {
  name: 'available',
  indicator: 'availability',
  phase: 'steady',
  target: 0.99,
};
const lost = { status: 0, errorCode: 1050, servedBy: '', serviceMs: 1_000 };

/** So many trials of 10 s steady load at 100 requests a second. */
function judge(trials: number, outcome: TrialShape['outcome'] = () => ({}), objective = availability) {
  const views = Array.from({ length: trials }, () => trialView({ outcome: outcome! }));
  return judgeObjective(objective, 'candidate', views, []);
}

describe('an objective over requests', () => {
  test('of a tenant counts that one alone', () => {
    const view = trialView({ outcome: (atMs) => (atMs % 20 === 0 ? lost : {}) });
    const tenant = view.tape.atMs.map((atMs) => (atMs % 20 === 0 ? 'crowd' : 'small'));
    const beside = { ...view, tape: { ...view.tape, tenant } };
    const of = (name: string) => judgeObjective({ ...availability, tenant: name }, 'candidate', [beside], []);
    expect(of('small')).toMatchObject({ outcome: 'pass', good: 500, total: 500 });
    expect(of('crowd')).toMatchObject({ outcome: 'fail', good: 0, total: 500 });
    expect(of('nobody')).toMatchObject({ outcome: 'inconclusive', total: 0 });
  });

  test('without a miss passes from 299 requests on, and says how rare an episode it would have seen', () => {
    expect(judge(1)).toMatchObject({
      outcome: 'pass',
      good: 1_000,
      total: 1_000,
      designEffect: 1,
      scope:
        'Shown for bad episodes that come at least about every 1 s; rarer ones may not have been seen in these 10 s.',
    });
    expect(judge(6).scope).toContain('about every 6 s; rarer ones may not have been seen in these 60 s.');
    const tight = { ...availability, target: 0.999 };
    expect(judge(1, undefined, tight)).toMatchObject({ outcome: 'inconclusive', scope: '' });
  });

  test('with misses that come alone is judged as if there were no design effect', () => {
    // One miss in each trial, never at the same place.
    const result = judge(3, (atMs) => (atMs === 4_000 ? lost : {}), { ...availability, target: 0.992 });
    expect(result).toMatchObject({ outcome: 'pass', good: 2_997, total: 3_000 });
    expect(result.designEffect).toBeLessThan(1.5);
  });

  test('with the same misses in one stall passes less and says what more would settle it', () => {
    const stall = (atMs: number) => (atMs >= 4_000 && atMs < 4_030 ? lost : {});
    const alone = (atMs: number) => ([1_000, 4_000, 8_000].includes(atMs) ? lost : {});
    const target = { ...availability, target: 0.99 };
    expect(judge(1, alone, target)).toMatchObject({ outcome: 'pass', good: 997 });
    const result = judge(1, stall, target);
    expect(result).toMatchObject({ outcome: 'inconclusive', good: 997, scope: '' });
    expect(result.designEffect).toBeGreaterThan(2.5);
    expect(result.interval![0]).toBeLessThan(judge(1, alone, target).interval![0]);
    expect(result.advice).toMatch(
      /^At this share, with misses that come together as they did \d+ more requests, \d+ s at 100\/s, would settle it\.$/,
    );
    // What it says holds: so many more seconds of the same.
    const seconds = Number(/(\d+) s at/.exec(result.advice)![1]);
    const trials = 1 + Math.ceil(seconds / STEADY_SECONDS);
    expect(judge(trials, stall, target).outcome).toBe('pass');
  });

  test('does not fail by one stall that a good server may have now and then', () => {
    const stall = (atMs: number) => (atMs >= 4_000 && atMs < 4_500 ? lost : {});
    expect(judge(1, stall)).toMatchObject({ outcome: 'inconclusive', good: 950 });
    const often = (atMs: number) => (atMs % 1_000 < 300 ? lost : {});
    expect(judge(3, often).outcome).toBe('fail');
  });

  test('of no miss at all fails by one, and passes with its scope', () => {
    const faithful: Objective = { name: 'faithful', indicator: 'fidelity', phase: 'steady', target: 1 };
    expect(judge(1, (atMs) => ({ faithful: atMs !== 5_000 }), faithful).outcome).toBe('fail');
    expect(judge(1, undefined, faithful)).toMatchObject({ outcome: 'pass' });
    expect(judge(1, undefined, faithful).scope).not.toBe('');
  });

  test('over a phase that did not take place has nothing to count', () => {
    const view = trialView({ facts: { faults: [{ ...trialView().facts.faults[0]!, injectedAt: null }] } });
    const result = judgeObjective({ ...availability, phase: 'recovery' }, 'candidate', [view], []);
    expect(result).toMatchObject({
      outcome: 'inconclusive',
      total: 0,
      ratio: null,
      interval: null,
      designEffect: null,
      advice: 'No request fell into this phase.',
    });
  });
});

describe('an objective over faults', () => {
  const goodput: Objective = { name: 'goodput', indicator: 'goodput', phase: 'fault', target: 0.93 };
  const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;
  /** In the fault window's 1,000 requests so many are lost. */
  const losing = (misses: number): TrialView =>
    trialView({ outcome: (atMs) => (inFault(atMs) && atMs < 10_000 + misses * 10 ? lost : {}) });
  const over = (misses: number[], objective = goodput) =>
    judgeObjective(objective, 'candidate', misses.map(losing), []);

  test('below six compares the observed mean and says how many it was shown on', () => {
    expect(over([60, 60, 60, 60, 80])).toMatchObject({
      outcome: 'pass',
      unit: 'fault',
      interval: null,
      advice: 'demonstrated on 5 faults',
    });
    expect(over([80]).outcome).toBe('fail');
    expect(over([]).advice).toBe('No fault ran its course.');
  });

  test("from six on needs Student's lower bound, and says how many more faults that would take", () => {
    // Ratios 0.97, 0.95, 0.96, 0.94, 0.98, 0.96: scipy's one-sided 95 % bound is 0.948366.
    const misses = [30, 50, 40, 60, 20, 40];
    expect(over(misses, { ...goodput, target: 0.948 })).toMatchObject({ outcome: 'pass', advice: '' });
    expect(over(misses, { ...goodput, target: 0.948 }).scope).toBe(
      'An outcome of fewer than 40 % of such faults may not have been among these 6.',
    );
    const open = over(misses, { ...goodput, target: 0.949 });
    expect(open).toMatchObject({ outcome: 'inconclusive', scope: '' });
    expect(open.advice).toMatch(/^At this mean and spread \d more would settle it\.$/);
    expect(over(misses, { ...goodput, target: 0.99 }).outcome).toBe('fail');
    expect(over(misses, { ...goodput, target: 0.97 }).advice).toContain('more faults of this kind would not');
  });

  test('of no miss at all counts the faults that had one', () => {
    const none: Objective = { ...goodput, target: 1 };
    const kept = over(new Array(60).fill(0), none);
    expect(kept).toMatchObject({ outcome: 'pass', good: 60_000, interval: null });
    // 1 - 0.05 ** (1 / 60)
    expect(kept.advice).toBe('none of 60 faults failed: at most 4.9 % of such faults do (95 %)');
    expect(over([0, 0, 0, 0, 0, 1], none).outcome).toBe('fail');
  });

  test('of the recovery counts those that came back in time, with an exact bound from six on', () => {
    const objective: Objective = {
      name: 'recovers',
      indicator: 'recovery',
      phase: 'recovery',
      target: 0.9,
      withinSeconds: 3,
    };
    const recovered = (seconds: number): Recovery => ({
      state: 'recovered',
      detectSeconds: 0,
      recoverSeconds: seconds,
    });
    const judged = (recoveries: Recovery[], target = 0.9) =>
      judgeObjective({ ...objective, target }, 'candidate', [], recoveries);
    expect(judged([recovered(1), recovered(2), recovered(4)]).outcome).toBe('fail');
    expect(judged([recovered(1), recovered(2), recovered(3)]).outcome).toBe('pass');
    expect(judged(new Array(6).fill(recovered(1)))).toMatchObject({
      outcome: 'inconclusive',
      good: 6,
      total: 6,
    });
    // 29 of 29: LoadGen's smallest sample for 90 %.
    expect(judged(new Array(29).fill(recovered(1)))).toMatchObject({ outcome: 'pass' });
    expect(judged(new Array(6).fill(recovered(1)), 1)).toMatchObject({ outcome: 'pass' });
    expect(judged([...new Array(6).fill(recovered(1)), recovered(9)], 1).outcome).toBe('fail');
    const unknown: Recovery = { state: 'unknown', detectSeconds: null, recoverSeconds: null };
    expect(judged([unknown]).outcome).toBe('inconclusive');
  });
});
