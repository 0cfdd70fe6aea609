import { describe, expect, test } from 'vitest';
import type { Look } from './live/look.ts';
import { progressLine, progressLines } from './progress.ts';

const look = (more: Partial<Look> = {}) =>
  ({
    experiment: { name: 'one' },
    trial: { id: '1-candidate', variant: 'candidate' },
    tape: { atMs: [], key: [], phases: [{ phase: 'fault', fromMs: 0, toMs: 30_000 }] },
    stage: 'playing',
    phase: 'fault',
    elapsedMs: 12_400,
    activeFault: 'latency',
    place: '1/3',
    figures: { rate: 399.6, p50Ms: 1.2, p99Ms: 102.4, errors: 3, refused: 0, goodput: 0.9996 },
    seconds: [{ goodput: 0 }, { goodput: 1 }],
    ...more,
  }) as Look;

describe('what a run shows of itself', () => {
  test('is one line where it is read as a log', () => {
    expect(progressLine(look())).toBe(
      '[1/3] one · candidate · fault · 400/s · p50 1 ms · p99 102 ms · 3 errors · goodput 99.9 % · fault: latency · 18 s left',
    );
  });

  test('is two lines on a terminal, with the last seconds as bars', () => {
    expect(progressLines(look())).toEqual([
      '[1/3] one · candidate · fault · fault: latency · 18 s left',
      '  400/s · p50 1 ms · p99 102 ms · 3 errors · goodput 99.9 %  ▁█',
    ]);
  });

  test('is where it is alone while there is nothing to see', () => {
    const starting = look({ stage: 'starting', figures: null });
    expect(progressLine(starting)).toBe('[1/3] one · candidate · starting the services');
    expect(progressLines(starting)).toEqual(['[1/3] one · candidate · starting the services']);
  });
});
