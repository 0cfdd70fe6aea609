import { describe, expect, test } from 'vitest';
import { type Look, secondsUntilEnded } from './backlog.ts';

/** 1,000 jobs wait, those numbered 501 to 1,500; 100 a second end. */
const looks: Look[] = [
  { at: 0, jobs: { messages: 800, last_seq: 1_200 }, results: { last_seq: 300 } },
  { at: 2_000, jobs: { messages: 1_000, last_seq: 1_500 }, results: { last_seq: 500 } },
];

describe('a job that waits has probably ended', () => {
  test('when those before it have, at the pace of late', () => {
    expect(secondsUntilEnded(1_000, looks)).toBe(5);
  });
  test('after those too that came since the last look', () => {
    expect(secondsUntilEnded(1_700, looks)).toBe(12);
  });
  test('at once where it is among the first, and for all that is known before a second look', () => {
    expect(secondsUntilEnded(550, looks)).toBe(0);
    expect(secondsUntilEnded(400, looks)).toBe(0);
    expect(secondsUntilEnded(1_000, looks.slice(0, 1))).toBe(0);
    expect(secondsUntilEnded(1_000, [])).toBe(0);
  });
  test('not before the longest wait where nothing ends', () => {
    const stuck = looks.map((look) => ({ ...look, results: { last_seq: 300 } }));
    expect(secondsUntilEnded(1_000, stuck)).toBe(20);
  });
});
