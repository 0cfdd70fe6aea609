import { describe, expect, test } from 'vitest';
import type { Objective } from '#contract/experiment.ts';
import type { Sample } from '#contract/sample.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { budgetsOf } from './budget.ts';
import { type TrialShape, trialView } from './fixture.ts';
import { isOverRequests } from './indicator.ts';
import { judgeObjective } from './objectives.ts';

// The fixture plays 100 requests/s: 10 s steady, 10 s fault, 10 s recovery.

const available: Objective = { name: 'available', indicator: 'availability', phase: 'steady', target: 0.99 };
const inFault: Objective = { name: 'in-fault', indicator: 'goodput', phase: 'fault', target: 0.9 };
const faithful: Objective = { name: 'faithful', indicator: 'fidelity', phase: 'steady', target: 1 };

const lost: Partial<Sample> = { status: 0, errorCode: 1050, serviceMs: 1_000 };

function budgets(objectives: Objective[], shapes: TrialShape[]) {
  const views = shapes.map((shape) => trialView(shape));
  const experiment = { ...views[0]!.experiment, variants: { candidate: {} as never }, objectives };
  return budgetsOf(experiment, views);
}

/** Loses the first so many requests of a second. */
const losing = (lostIn: Record<number, number>) => (atMs: number) =>
  (atMs % 1000) / 10 < (lostIn[Math.floor(atMs / 1000)] ?? 0) ? lost : {};

describe('an error budget', () => {
  test('is what the target allows of the requests; the phases add up to the ledger', () => {
    const rows = budgets([available], [{ outcome: losing({ 3: 2, 4: 3, 12: 100, 13: 50, 25: 1 }) }]);
    expect(rows.map(({ phase, fault, judged }) => [phase, fault, judged])).toEqual([
      ['steady', null, true],
      ['fault', 'latency', false],
      ['recovery', null, false],
    ]);
    // 1,000 requests a phase, of which 1 % may be missed.
    expect(rows.map(({ total, allowed, misses, spent }) => [total, allowed, misses, spent])).toEqual([
      [1_000, 10, 5, 0.5],
      [1_000, 10, 150, 15],
      [1_000, 10, 1, 0.1],
    ]);
    expect(rows.map(({ spentOfAll }) => spentOfAll)).toEqual([5 / 30, 150 / 30, 1 / 30]);
    expect(rows[1]).toMatchObject({
      missSeconds: 2,
      worst: { trial: '1-candidate', second: 12, misses: 100 },
      why: '',
    });
  });

  test('of an objective for the fault is that of the fault window alone', () => {
    const rows = budgets([inFault], [{ outcome: losing({ 3: 50, 12: 50 }) }]);
    expect(rows).toMatchObject([
      {
        phase: 'fault',
        fault: 'latency',
        judged: true,
        allowed: 100,
        misses: 50,
        spent: 0.5,
        spentOfAll: 0.5,
      },
    ]);
  });

  test('is spent to the last miss at exactly the target, and overspent by one more', () => {
    const spent = (misses: number) => budgets([available], [{ outcome: losing({ 3: misses }) }])[0]!.spent;
    expect([spent(0), spent(10), spent(11)]).toEqual([0, 1, 1.1]);
  });

  test('is none where no miss is allowed: null, with the misses and the reason', () => {
    const rows = budgets([faithful], [{ outcome: (atMs) => (atMs === 500 ? { faithful: false } : {}) }]);
    expect(rows[0]).toMatchObject({ misses: 1, allowed: 0, spent: null, spentOfAll: null });
    expect(rows[0]!.why).toContain('No miss is allowed');
  });

  test('is none where nothing was counted: no answer, no fidelity', () => {
    const rows = budgets([{ ...faithful, target: 0.99 }], [{ outcome: () => lost }]);
    expect(rows[0]).toMatchObject({ total: 0, misses: 0, spent: null, worst: null });
    expect(rows[0]!.why).toContain('No request was counted');
  });

  test('of several trials is that of all their requests', () => {
    const rows = budgets(
      [available],
      [{ outcome: losing({ 3: 2 }) }, { outcome: losing({ 7: 4 }), facts: { id: '2-candidate' } }],
    );
    expect(rows[0]).toMatchObject({
      total: 2_000,
      allowed: 20,
      misses: 6,
      spent: 0.3,
      missSeconds: 2,
      worst: { trial: '2-candidate', second: 7, misses: 4 },
    });
  });

  test('has no row for a phase that did not take place, nor for a variant without a valid trial', () => {
    const { faults } = trialView().facts;
    const never = { faults: [{ ...faults[0]!, injectedAt: null }] };
    const rows = budgets([available, inFault], [{ facts: never }]);
    expect(rows.map(({ phase }) => phase)).toEqual(['steady']);
    expect(budgets([available], [{ variant: 'no-timeout' }])).toEqual([]);
  });
});

test.each<Objective>([
  available,
  { name: 'soon', indicator: 'latency', phase: 'steady', target: 0.9, withinMs: 100 },
  { name: 'soon-after', indicator: 'latency', phase: 'recovery', target: 0.9, withinMs: 100 },
  { ...faithful, target: 0.9 },
  { name: 'correct', indicator: 'goodput', phase: 'steady', target: 0.9 },
  inFault,
])('the budget of $name counts what its objective counts', (objective) => {
  const odd = [
    {},
    lost,
    { status: 503 },
    { serviceMs: 150 },
    { serviceMs: 250 },
    { faithful: false },
    { right: false },
  ];
  const view: TrialView = trialView({ outcome: (atMs) => (atMs % 80 === 0 ? null : odd[(atMs / 10) % 7]!) });
  const judged = judgeObjective(objective, 'candidate', [view], []);
  const experiment = { ...view.experiment, variants: { candidate: {} as never }, objectives: [objective] };
  const row = budgetsOf(experiment, [view]).find(({ phase }) => phase === objective.phase)!;
  expect(isOverRequests(objective)).toBe(true);
  expect(row.misses).toBeGreaterThan(0);
  expect(row).toMatchObject({ total: judged.total, misses: judged.total - judged.good });
});
