import { describe, expect, test } from 'vitest';
import { deviation, expectedResponses, figuresOf, mostInFlight } from './arithmetic.ts';

const NEVER = { fromMs: 0, toMs: 0 };
const every = (ms: number, count: number) => Array.from({ length: count }, (_, i) => i * ms);

describe('the expected response times', () => {
  test('are the service time where nobody waits', () => {
    expect(expectedResponses(every(10, 3), 2, NEVER)).toEqual([2, 2, 2]);
  });

  test('grow by the service time for each that came at the same instant', () => {
    expect(expectedResponses([5, 5, 5, 100], 2, NEVER)).toEqual([2, 4, 6, 2]);
  });

  test('of requests that come in the stall run to its end and on to their turn', () => {
    expect(expectedResponses([0, 100, 150, 199, 200, 300], 2, { fromMs: 100, toMs: 200 })).toEqual([
      2, 102, 54, 7, 8, 2,
    ]);
  });

  test('of a request in service when the server stops runs to the end of the stall', () => {
    expect(expectedResponses([99, 201], 2, { fromMs: 100, toMs: 200 })).toEqual([101, 2]);
  });

  test('shrink after the stall by what the server can do beyond the arrivals, until nobody waits', () => {
    // 1 s at 300/s leaves 300 waiting; at 500/s they are worked off in 300 / (500 - 300) s.
    const arrivals = Array.from({ length: 1_500 }, (_, i) => (i * 10) / 3);
    const responses = expectedResponses(arrivals, 2, { fromMs: 1_000, toMs: 2_000 });
    const waited = arrivals.filter((_, i) => responses[i]! > 2.001);
    expect(waited[0]).toBe(1_000);
    expect(waited.at(-1)).toBeGreaterThan(3_490);
    expect(waited.at(-1)).toBeLessThan(3_500);
    // And the one that comes as it goes on.
    expect(mostInFlight(arrivals, responses)).toBe(301);
  });
});

test('most in flight: those that came and have no answer yet', () => {
  expect(mostInFlight([0, 1, 2, 10], [2, 5, 1, 1])).toBe(2);
  expect(mostInFlight([0, 1, 2], [3, 3, 3])).toBe(3);
  expect(mostInFlight([0, 2], [2, 2])).toBe(1);
});

test('the figures: nearest-rank p99, and those strictly beyond the bound', () => {
  const responses = Array.from({ length: 200 }, (_, i) => i + 1);
  expect(figuresOf(responses, 150)).toEqual({ requests: 200, p99Ms: 198, beyond: 50 });
});

test('a deviation is signed, as a share of what was expected', () => {
  expect(deviation(95, 100)).toBeCloseTo(-0.05);
  expect(deviation(100, 100)).toBe(0);
});
