import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../reporter.ts';
import { situations } from '../test-situations.ts';
import { journal } from './journal.ts';

const make = (situation: string) => situations[situation]!();
const readAll = (input: ReportInput) => Object.values(journal(input).files).map((text) => JSON.parse(text));
const read = (input: ReportInput) => JSON.parse(journal(input).files['journal.json']!);

/** What the journal's specification demands of every activity that was run. */
const activityShape = {
  activity: {
    type: expect.stringMatching(/^(probe|action)$/),
    name: expect.any(String),
    provider: expect.any(Object),
  },
  status: expect.stringMatching(/^(succeeded|failed)$/),
  start: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  end: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  duration: expect.any(Number),
};

describe("Chaos Toolkit's journal", () => {
  const told = Object.keys(situations).flatMap((situation) =>
    readAll(make(situation)).map((one, i) => ({ situation, i, told: one })),
  );
  it.each(told)('has every property that its specification demands, for $situation ($i)', ({ told }) => {
    expect(told).toMatchObject({
      'chaoslib-version': expect.stringMatching(/^1\.\d+\.\d+$/),
      platform: expect.any(String),
      node: expect.any(String),
      experiment: { title: expect.any(String), description: expect.any(String) },
      start: expect.any(String),
      end: expect.any(String),
      duration: expect.any(Number),
      status: expect.stringMatching(/^(completed|failed|aborted|interrupted)$/),
      deviated: expect.any(Boolean),
    });
    const { before, after } = told.steady_states;
    const probes = [before, after].flatMap((state) => state?.probes ?? []);
    for (const one of [...told.run, ...told.rollbacks, ...probes]) expect(one).toMatchObject(activityShape);
    for (const probe of probes) expect(probe.tolerance_met).toEqual(expect.any(Boolean));
    expect(told.experiment.method.length).toBeGreaterThanOrEqual(told.run.length);
  });

  it('tells load, inject and evidence of every variant, and the heals as rollbacks', () => {
    const told = read(make('a breaker that kept its objectives'));
    expect(told).toMatchObject({ status: 'completed', deviated: false });
    expect(told.run.map(({ activity }: { activity: { name: string } }) => activity.name)).toEqual([
      'load on candidate',
      'inject latency into candidate',
      'latency bit candidate',
      'load on no-timeout',
      'inject latency into no-timeout',
      'latency bit no-timeout',
    ]);
    expect(told.rollbacks).toHaveLength(2);
    expect(told.steady_states.before).toMatchObject({ steady_state_met: true });
    expect(told.steady_states.after.probes[0]).toMatchObject({
      activity: { name: 'correct-in-time-in-fault', tolerance: { type: 'range', range: [0.93, 1] } },
      duration: 4,
      tolerance_met: true,
    });
  });

  it('has deviated where an objective was missed', () => {
    const told = read(make('a load test that missed its objective'));
    expect(told).toMatchObject({ status: 'failed', deviated: true });
    expect(told.steady_states).toMatchObject({ before: null, after: { steady_state_met: false } });
  });

  it('tells too little evidence as a probe that failed, not as a deviation', () => {
    const told = read(make('a load test with too little evidence'));
    expect(told).toMatchObject({ status: 'completed', deviated: false });
    expect(told.steady_states.after.probes[0]).toMatchObject({ status: 'failed', tolerance_met: false });
  });

  it('is interrupted, with nothing run, where no trial was played', () => {
    const told = read(make('an interrupted run without trials'));
    expect(told).toMatchObject({ status: 'interrupted', run: [], rollbacks: [] });
    expect(told.steady_states).toEqual({ before: null, after: null, during: [] });
  });

  it('is one file an experiment where a run has several', () => {
    const [first, second] = [make('a steady load test'), make('a breaker that kept its objectives')];
    const files = journal({
      ...first,
      plan: { ...first.plan, experiments: [...first.plan.experiments, ...second.plan.experiments] },
      verdict: {
        ...first.verdict,
        experiments: [...first.verdict.experiments, ...second.verdict.experiments],
      },
    }).files;
    expect(Object.keys(files)).toEqual(['journal-steady-20.json', 'journal-breaker.json']);
  });
});
