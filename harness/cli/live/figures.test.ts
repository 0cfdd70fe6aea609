import { describe, expect, test } from 'vitest';
import { addSample, blankSamples } from '#contract/samples.ts';
import type { TrialProgress } from '#harness/trial.ts';
import { GOOD } from '#slo/fixture.ts';
import { figuresOf, secondOf, settledSeconds } from './figures.ts';
import { createHistory, sparkline } from './history.ts';

const ANSWER = { ...GOOD, serviceMs: 10 };

/** 100 requests a second for ten seconds; what is planned from 5 s on stays without an answer. */
function progress(elapsedMs: number, more: Partial<TrialProgress> = {}): TrialProgress {
  const atMs = Array.from({ length: 1000 }, (_, i) => i * 10);
  const samples = blankSamples(1000);
  for (let index = 0; index < 500 && atMs[index]! < elapsedMs; index += 1)
    addSample(samples, { ...ANSWER, index, status: index % 10 === 0 ? 503 : index % 10 === 1 ? 429 : 200 });
  return {
    experiment: { name: 'one', load: { deadlineMs: 200 } },
    trial: { id: '1-candidate', variant: 'candidate', round: 1 },
    tape: { atMs, key: atMs, phases: [{ phase: 'steady', fromMs: 0, toMs: 10_000 }] },
    stage: 'playing',
    phase: 'steady',
    elapsedMs,
    activeFault: null,
    samples,
    ...more,
  } as TrialProgress;
}

describe('the figures of a trial under way', () => {
  test('count the last seconds, refusals apart from errors', () => {
    const figures = figuresOf(progress(5_000))!;
    expect(figures.rate).toBeCloseTo(100, 0);
    expect(figures).toMatchObject({ p50Ms: 10, p99Ms: 10, errors: 30, refused: 30, goodput: 0.8 });
  });

  test('take a request that hangs beyond its deadline for a miss', () => {
    expect(figuresOf(progress(7_200))!.goodput).toBeCloseTo(0.4, 5);
  });

  test('are none before the first sample', () => {
    expect(figuresOf(progress(0))).toBeNull();
  });

  test('take a second for settled when its last deadline is over and its samples had time to come', () => {
    expect(settledSeconds(progress(2_199))).toBe(0);
    expect(settledSeconds(progress(2_200))).toBe(1);
  });

  test('count requests without an answer as errors of their second', () => {
    expect(secondOf(progress(9_000), 5)).toMatchObject({ toSecond: 5, goodput: 0.8, errors: 10 });
    expect(secondOf(progress(9_000), 6)).toEqual({
      toSecond: 6,
      p50Ms: null,
      p99Ms: null,
      goodput: 0,
      errors: 100,
    });
  });
});

describe('the seconds of a trial under way', () => {
  test('grow as they settle, know their fault, and begin anew with the next trial', () => {
    const history = createHistory();
    expect(history.add(progress(2_500)).map(({ toSecond }) => toSecond)).toEqual([1]);
    history.add(progress(3_100, { activeFault: 'latency' }));
    const seconds = history.add(progress(5_300));
    expect(seconds.map(({ fault }) => fault)).toEqual([null, null, null, 'latency']);
    expect(history.add(progress(0, { stage: 'stopping' }))).toHaveLength(4);
    expect(history.add(progress(0, { stage: 'starting' }))).toEqual([]);
  });

  test('are a bar each, and a space where nothing was planned', () => {
    expect(sparkline([0, 0.5, 1, null, 0.99])).toBe('▁▅█ █');
  });
});
