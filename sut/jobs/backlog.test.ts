import { describe, expect, test } from 'vitest';
import { type Look, paceOf, secondsUntilEnded } from './backlog.ts';

const before: Look = { at: 0, jobs: { messages: 800, last_seq: 1_200 }, results: { last_seq: 300 } };
/** 1,000 jobs wait, those numbered 501 to 1,500. */
const now: Look = { at: 2_000, jobs: { messages: 1_000, last_seq: 1_500 }, results: { last_seq: 500 } };

test('a pace is the results a second between two looks', () => {
  expect(paceOf(before, now)).toBe(100);
});

describe('a job that waits has probably ended', () => {
  test('when those before it have, at the highest pace of late', () => {
    expect(secondsUntilEnded(1_000, now, [20, 100, 0])).toBe(5);
  });
  test('after those too that came since the last look', () => {
    expect(secondsUntilEnded(1_700, now, [100])).toBe(12);
  });
  test('at once where nobody is before it, and for all that is known where nothing ended of late', () => {
    expect(secondsUntilEnded(400, now, [100])).toBe(0);
    expect(secondsUntilEnded(1_000, now, [0, 0])).toBe(0);
    expect(secondsUntilEnded(1_000, now, [])).toBe(0);
  });
});
