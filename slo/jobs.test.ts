import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import type { Sample } from '#contract/sample.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { eyesOf } from './count.ts';
import { T0, trialView } from './fixture.ts';
import {
  acceptedShareIn,
  ackP99In,
  effectsBeyondOne,
  jobsLost,
  jobsWrong,
  secondsToLastFinal,
} from './jobs.ts';

// 100 jobs a second; the fault from 10 s to 20 s.

const DONE: Partial<Sample> = { reason: 'done', ackMs: 4, effects: 1, serviceMs: 100 };
const jobs = (
  of: (atMs: number) => Partial<Sample> | null = () => DONE,
  scrapes: TrialView['facts']['scrapes'] = [],
) => trialView({ outcome: of, scrapes });
const counted = (results: number, ids: number) => [
  {
    at: T0 + 30_000,
    service: 'gateway' as const,
    moment: 'end' as const,
    values: { [METRICS.jobResults]: results, [METRICS.jobResultIds]: ids },
  },
];

test('a job is lost when its client never saw it end, whatever it saw last', () => {
  expect(jobsLost(jobs())).toBe(0);
  const states = ['pending', 'running', 'unknown'];
  for (const reason of states)
    expect(jobsLost(jobs((at) => (at < 300 ? { ...DONE, status: 202, reason, effects: 0 } : DONE)))).toBe(30);
});

test('what was refused was not promised, and what takes no jobs has no ledger', () => {
  const refused = { status: 503, reason: '', servedBy: '' };
  expect(jobsLost(jobs((at) => (at < 3_000 ? refused : DONE)))).toBe(0);
  expect(
    acceptedShareIn(
      jobs((at) => (at < 15_000 ? refused : DONE)),
      'fault',
    ),
  ).toBe(0.5);
  const plain = jobs(() => ({}));
  for (const of of [jobsLost, jobsWrong, effectsBeyondOne, secondsToLastFinal]) expect(of(plain)).toBeNull();
  expect(acceptedShareIn(plain, 'fault')).toBeNull();
});

test('a job is wrong when its answer is another one, or when it failed', () => {
  expect(jobsWrong(jobs((at) => (at < 300 ? { ...DONE, faithful: false } : DONE)))).toBe(30);
  const failed = { ...DONE, status: 500, reason: 'failed', effects: 0, faithful: false };
  expect(jobsWrong(jobs((at) => (at < 300 ? failed : DONE)))).toBe(30);
});

test('effects beyond one are those that clients saw, and those that only the broker counted', () => {
  expect(effectsBeyondOne(jobs(() => DONE, counted(3_000, 3_000)))).toBe(0);
  expect(effectsBeyondOne(jobs(() => DONE, counted(3_030, 3_000)))).toBe(30);
  const twice = (at: number) => (at < 300 ? { ...DONE, effects: 2 } : DONE);
  expect(effectsBeyondOne(jobs(twice, counted(3_030, 3_030)))).toBe(30);
  expect(effectsBeyondOne(jobs(twice))).toBeNull();
});

test('the last end is counted from the end of the fault, and there is none where a job never ended', () => {
  expect(secondsToLastFinal(jobs())).toBeCloseTo(0.09);
  const slow = (at: number) => (at === 12_000 ? { ...DONE, serviceMs: 13_000 } : DONE);
  expect(secondsToLastFinal(jobs(slow))).toBeCloseTo(5);
  const lost = { ...DONE, status: 202, reason: 'pending', effects: 0 };
  expect(secondsToLastFinal(jobs((at) => (at === 12_000 ? lost : DONE)))).toBeNull();
});

test('the acknowledgement is told for each phase by itself', () => {
  const view = jobs((at) => ({ ...DONE, ackMs: at < 10_000 ? 4 : 40 }));
  expect([ackP99In(view, 'steady'), ackP99In(view, 'fault')]).toEqual([4, 40]);
});

describe('the objectives on jobs', () => {
  const good = (of: Partial<Sample>, objective: Parameters<typeof eyesOf>[0]) => {
    const view = jobs(() => ({ ...DONE, ...of }));
    const eyes = eyesOf(objective, view);
    return eyes.counts(view.samples, 0) && eyes.isGood(view.samples, 0);
  };
  const base = { name: 'x', phase: 'steady', target: 1 } as const;

  test('count a job as accounted for when it ended in time, right, and once', () => {
    const accounted = { ...base, indicator: 'accounted' } as const;
    expect(good({}, accounted)).toBe(true);
    for (const bad of [{ status: 202 }, { faithful: false }, { effects: 2 }, { serviceMs: 300 }])
      expect(good(bad, accounted)).toBe(false);
  });

  test('hold the acknowledgement against its bound, without what the generator was late', () => {
    const ack = { ...base, indicator: 'acknowledgement', withinMs: 20 } as const;
    expect(good({ ackMs: 20, latenessMs: 50 }, ack)).toBe(true);
    expect(good({ ackMs: 21 }, ack)).toBe(false);
  });
});
