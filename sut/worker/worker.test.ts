import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../protocol/errors.ts';
import { backoffMs } from './backoff.ts';
import { JobError, nextOf } from './outcome.ts';

describe('the wait before the next try', () => {
  const options = { backoffMs: 200, maxBackoffMs: 2_000 };

  test('is bounded by twice as much each time, up to the most', () => {
    const bounds = [1, 2, 3, 4, 5, 60].map((tries) => backoffMs(tries, options, () => 1));
    expect(bounds).toEqual([200, 400, 800, 1_600, 2_000, 2_000]);
  });

  test('is drawn from nothing up to the bound, and never nothing itself', () => {
    expect(backoffMs(3, options, () => 0.5)).toBe(400);
    expect(backoffMs(3, options, () => 0)).toBe(1);
  });
});

describe('after a try that failed, a job', () => {
  const options = { maxAttempts: 3, giveUpSeconds: 600 };

  test('is tried again while the model server is away, however often', () => {
    for (const status of [500, 502, 504])
      expect(nextOf(new ProtocolError(status, 'away'), { own: 2, ageMs: 0 }, options)).toEqual({
        do: 'again',
      });
  });

  test('is given up when it is as old as anybody may still wait', () => {
    const { do: next } = nextOf(new Error('away'), { own: 0, ageMs: 600_000 }, options);
    expect(next).toBe('bury');
  });

  test('is buried once it failed so often by its own fault', () => {
    const error = new JobError('no number');
    expect(nextOf(error, { own: 2, ageMs: 0 }, options)).toEqual({ do: 'again' });
    expect(nextOf(error, { own: 3, ageMs: 0 }, options)).toEqual({ do: 'bury', why: 'no number, 3 times' });
    expect(nextOf(new ProtocolError(400, 'no shape'), { own: 3, ageMs: 0 }, options).do).toBe('bury');
  });
});
