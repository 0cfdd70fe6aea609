import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { patternMetrics } from '../../telemetry/metrics.ts';
import type { Answer, Question, RoomContext } from '../room.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { type CircuitBreakerOptions, CircuitBreakerOptionsSchema } from './options.ts';

const question: Question = { rows: 1, pixels: new Float32Array(64) };
const primary: Answer = { version: 'mlp-1', probabilities: [1], servedBy: 'primary' };
const substitute: Answer = { version: 'lin-1', probabilities: [0.5], servedBy: 'fallback' };
const refusal = new ProtocolError(400, 'not a picture');

/** A call that reached the model server, to be ended by the test. */
interface Call {
  signal: AbortSignal;
  succeed: () => void;
  fail: (error?: Error) => void;
}

/** A breaker in front of a model server whose calls the test ends one by one. */
async function build(changes: Partial<CircuitBreakerOptions> = {}) {
  const calls: Call[] = [];
  const registry = new Registry();
  const log = { info: () => {} } as unknown as RoomContext['log'];
  const options = Default(CircuitBreakerOptionsSchema, { ...changes }) as CircuitBreakerOptions;
  const predict = await circuitBreaker.wrap(
    (_, signal) =>
      new Promise((resolve, reject) => {
        calls.push({
          signal: signal!,
          succeed: () => resolve(primary),
          fail: (error = new ProtocolError(502, 'gone')) => reject(error),
        });
      }),
    options,
    {
      registry,
      log,
      metrics: patternMetrics(registry)('circuit-breaker'),
      fallback: async () => substitute,
      version: () => 'mlp-1',
      redis: undefined,
      onClose: () => {},
    },
  );
  const ask = () => predict(question);
  const askAndEnd = async (how: (call: Call) => void): Promise<Answer> => {
    const answer = ask();
    how(calls.at(-1)!);
    return answer;
  };
  return {
    calls,
    ask,
    succeed: () => askAndEnd((call) => call.succeed()),
    fail: (error?: Error) => askAndEnd((call) => call.fail(error)),
    metric: async (name: string) => (await registry.getSingleMetric(name)!.get()).values[0]!.value,
  };
}
type Breaker = Awaited<ReturnType<typeof build>>;

async function times(count: number, step: () => Promise<Answer>): Promise<void> {
  for (let done = 0; done < count; done += 1) await step();
}

/** Whether a new call reaches the model server; those that don't must have their fallback already. */
async function letsThrough(breaker: Breaker): Promise<boolean> {
  const before = breaker.calls.length;
  const answer = breaker.ask();
  if (breaker.calls.length > before) {
    breaker.calls.at(-1)!.succeed();
    await answer;
    return true;
  }
  expect(await answer).toEqual({ ...substitute, fallbackReason: 'open' });
  return false;
}

// opossum's timers are faked; AbortSignal.timeout is not, and ends no call here, since these calls heed no signal.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('closed', () => {
  test('answers of the model server are passed on as they are', async () => {
    expect(await (await build()).succeed()).toEqual(primary);
  });

  test('it stays closed below the minimum number of calls, however many fail', async () => {
    const breaker = await build({ minimumCalls: 20 });
    await times(19, breaker.fail);
    expect(await letsThrough(breaker)).toBe(true);
  });

  test('a failed call gets the fallback with the reason error', async () => {
    expect(await (await build()).fail()).toEqual({ ...substitute, fallbackReason: 'error' });
  });

  test('it stays closed just below the threshold and opens at it', async () => {
    const breaker = await build({ minimumCalls: 20, errorThresholdPercent: 50 });
    await times(10, breaker.succeed);
    await times(9, breaker.fail);
    expect(await breaker.metric(METRICS.breakerState)).toBe(0);
    await breaker.fail();
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
  });

  test('a threshold of 100 percent is reached when all calls fail', async () => {
    const breaker = await build({ minimumCalls: 5, errorThresholdPercent: 100 });
    await times(5, breaker.fail);
    expect(await letsThrough(breaker)).toBe(false);
  });

  test('failures that have left the window no longer count', async () => {
    const breaker = await build({ minimumCalls: 10, windowMs: 2_000 });
    await times(9, breaker.fail);
    await vi.advanceTimersByTimeAsync(2_000);
    await breaker.fail();
    expect(await letsThrough(breaker)).toBe(true);
  });

  test('a request that the model server refuses is refused, and counts as no failure', async () => {
    const breaker = await build({ minimumCalls: 5 });
    for (let call = 0; call < 50; call += 1) await expect(breaker.fail(refusal)).rejects.toBe(refusal);
    expect(await letsThrough(breaker)).toBe(true);
  });
});

describe('open', () => {
  let breaker: Breaker;
  beforeEach(async () => {
    breaker = await build({ minimumCalls: 5, resetAfterMs: 1_000 });
    await times(5, breaker.fail);
  });

  test('calls get the fallback at once and do not reach the model server', async () => {
    const before = breaker.calls.length;
    const answers = await Promise.all(Array.from({ length: 100 }, breaker.ask));
    expect(new Set(answers.map((answer) => answer.fallbackReason))).toEqual(new Set(['open']));
    expect(breaker.calls).toHaveLength(before);
    expect(await breaker.metric(METRICS.patternTurnedAway)).toBe(100);
  });

  test('it stays so until the time to the next probe is over', async () => {
    await vi.advanceTimersByTimeAsync(999);
    expect(await letsThrough(breaker)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await breaker.metric(METRICS.breakerState)).toBe(1);
    expect(await letsThrough(breaker)).toBe(true);
  });

  test('the metrics tell the state and when it was opened', async () => {
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
    expect(await breaker.metric(METRICS.breakerOpened)).toBe(Date.now() / 1000);
  });
});

describe('a call from before it opened', () => {
  async function openWithAnOldCall(changes: Partial<CircuitBreakerOptions>) {
    const breaker = await build({ minimumCalls: 6, ...changes });
    const answer = breaker.ask();
    const old = breaker.calls[0]!;
    await times(5, breaker.fail);
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
    return { breaker, old, answer };
  }

  test('that succeeds late is answered by the model server and does not close it', async () => {
    const { breaker, old, answer } = await openWithAnOldCall({});
    old.succeed();
    expect(await answer).toEqual(primary);
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
    expect(await letsThrough(breaker)).toBe(false);
  });

  test('has been given up before it is half-open, so that only the probe decides', async () => {
    const { breaker } = await openWithAnOldCall({ callTimeoutMs: 500, resetAfterMs: 10 });
    await vi.advanceTimersByTimeAsync(499);
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await breaker.metric(METRICS.breakerState)).toBe(1);
  });
});

describe('half-open', () => {
  let breaker: Breaker;
  let openedAt: number;
  beforeEach(async () => {
    breaker = await build({ minimumCalls: 5, resetAfterMs: 1_000 });
    await times(5, breaker.fail);
    openedAt = Date.now() / 1000;
    await vi.advanceTimersByTimeAsync(1_000);
  });

  test('one probe goes through, and the others get the fallback without waiting for it', async () => {
    const before = breaker.calls.length;
    const probe = breaker.ask();
    const others = await Promise.all(Array.from({ length: 100 }, breaker.ask));
    expect(new Set(others.map((answer) => answer.fallbackReason))).toEqual(new Set(['open']));
    expect(breaker.calls).toHaveLength(before + 1);
    breaker.calls.at(-1)!.succeed();
    expect(await probe).toEqual(primary);
  });

  test('a successful probe closes it', async () => {
    await breaker.succeed();
    expect(await breaker.metric(METRICS.breakerState)).toBe(0);
    expect(await letsThrough(breaker)).toBe(true);
  });

  test('a probe that the model server refuses closes it too, for it was answered', async () => {
    await expect(breaker.fail(refusal)).rejects.toBe(refusal);
    expect(await letsThrough(breaker)).toBe(true);
  });

  test('a failed probe opens it again for as long, and the opening before stays the recorded one', async () => {
    await breaker.fail();
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
    await vi.advanceTimersByTimeAsync(999);
    expect(await letsThrough(breaker)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await letsThrough(breaker)).toBe(true);
    expect(await breaker.metric(METRICS.breakerOpened)).toBe(openedAt);
  });

  test('once closed it counts from zero: neither old failures nor calls turned away matter', async () => {
    await Promise.all(Array.from({ length: 5 }, breaker.ask).slice(1));
    breaker.calls.at(-1)!.succeed();
    await vi.advanceTimersByTimeAsync(0);
    await times(4, breaker.fail);
    expect(await breaker.metric(METRICS.breakerState)).toBe(0);
    await breaker.fail();
    expect(await breaker.metric(METRICS.breakerState)).toBe(2);
  });
});

test('a call that takes too long has its signal aborted and gets the fallback with the reason timeout', async () => {
  vi.useRealTimers();
  let seen: AbortSignal | undefined;
  const context = { registry: new Registry(), log: { info: () => {} }, fallback: async () => substitute };
  const predict = await circuitBreaker.wrap(
    (_, signal) => {
      seen = signal;
      return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));
    },
    Default(CircuitBreakerOptionsSchema, { callTimeoutMs: 20 }) as CircuitBreakerOptions,
    context as unknown as RoomContext,
  );
  // AbortSignal.timeout alone keeps no process alive; a server's sockets do.
  const alive = setInterval(() => {}, 1_000);
  expect(await predict(question)).toEqual({ ...substitute, fallbackReason: 'timeout' });
  expect(seen!.aborted).toBe(true);
  clearInterval(alive);
});

describe('with trips: false', () => {
  test('it never opens, yet answers with the fallback', async () => {
    const breaker = await build({ trips: false, minimumCalls: 5 });
    for (let call = 0; call < 100; call += 1) {
      expect(await breaker.fail()).toEqual({ ...substitute, fallbackReason: 'error' });
    }
    expect(breaker.calls).toHaveLength(100);
  });

  test('a request that the model server refuses is refused', async () => {
    await expect((await build({ trips: false })).fail(refusal)).rejects.toBe(refusal);
  });
});

describe('with fallsBack: false', () => {
  test('a call that is turned away is answered 503, and a failed one with its own error', async () => {
    const breaker = await build({ fallsBack: false, minimumCalls: 5 });
    for (let call = 0; call < 5; call += 1) {
      await expect(breaker.fail()).rejects.toMatchObject({ statusCode: 502, message: 'gone' });
    }
    const before = breaker.calls.length;
    await expect(breaker.ask()).rejects.toMatchObject({ statusCode: 503 });
    expect(breaker.calls).toHaveLength(before);
  });

  test('a call that is given up is answered 504', async () => {
    const breaker = await build({ fallsBack: false, trips: false });
    const late = new DOMException('too late', 'TimeoutError');
    await expect(breaker.fail(late)).rejects.toMatchObject({ statusCode: 504 });
  });

  test('a request that the model server refuses is refused', async () => {
    await expect((await build({ fallsBack: false })).fail(refusal)).rejects.toBe(refusal);
  });
});
