import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jobsBefore, type Look, paceOf, secondsFor, watchBacklog } from './backlog.ts';
import type { StreamCounts } from './broker.ts';
import { JOBS } from './streams.ts';

const before: Look = { at: 0, jobs: { messages: 800, last_seq: 1_200 }, results: { last_seq: 300 } };
/** 1,000 jobs wait, those numbered 501 to 1,500. */
const now: Look = { at: 2_000, jobs: { messages: 1_000, last_seq: 1_500 }, results: { last_seq: 500 } };

test('a pace is the results a second between two looks', () => {
  expect(paceOf(before, now)).toBe(100);
});

test('before a job are those that came earlier and wait, also where it came after the last look', () => {
  expect(jobsBefore(1_000, now)).toBe(500);
  expect(jobsBefore(1_700, now)).toBe(1_200);
  expect(jobsBefore(400, now)).toBe(0);
});

test('so many jobs take what they take at the highest pace of late, and nobody knows where nothing ended', () => {
  expect(secondsFor(500, [20, 100, 0])).toBe(5);
  expect(secondsFor(500, [0, 0])).toBe(0);
  expect(secondsFor(500, [])).toBe(0);
});

describe('a queue that is looked at', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** 100 results a second, for four seconds. */
  async function watched() {
    let jobs: StreamCounts = { messages: 1_000, last_seq: 1_500 };
    let ended = 0;
    const countsOf = async (stream: string) => {
      if (stream === JOBS) return jobs;
      ended += 50;
      return { messages: 0, last_seq: ended };
    };
    const backlog = watchBacklog({ countsOf });
    await vi.advanceTimersByTimeAsync(4_000);
    const becomes = async (next: StreamCounts) => {
      jobs = next;
      await vi.advanceTimersByTimeAsync(500);
    };
    return { backlog, becomes };
  }

  test('counts for the next job those that were taken since', async () => {
    const { backlog } = await watched();
    expect(backlog.secondsOfNext()).toBeCloseTo(10);
    for (let seq = 1_501; seq <= 1_700; seq += 1) backlog.took(seq);
    expect(backlog.secondsOfNext()).toBeCloseTo(12);
    expect(backlog.took(1_701)).toBeCloseTo(12, 1);
    backlog.close();
  });

  test('is empty again where the broker had it in its memory and was killed', async () => {
    const { backlog, becomes } = await watched();
    await becomes({ messages: 0, last_seq: 0 });
    expect(backlog.secondsOfNext()).toBe(0);
    expect(backlog.took(1)).toBeCloseTo(0, 1);
    backlog.close();
  });
});
