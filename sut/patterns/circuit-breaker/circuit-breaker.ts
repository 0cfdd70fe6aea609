import { EventEmitter } from 'node:events';
import type CircuitBreaker from 'opossum';
import { withDeadline } from '../../deadline.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { breakerMetrics } from '../../telemetry/metrics.ts';
import type { Answer, GatewayRoom, Predict, Question, RoomContext } from '../room.ts';
import { type CircuitBreakerOptions, CircuitBreakerOptionsSchema } from './options.ts';

const STATE = { closed: 0, halfOpen: 1, open: 2 } as const;
const BUCKETS = 10;
/** One for all, since a stack trace per call would cost more than the fallback. */
const TURNED_AWAY = new Error('the circuit breaker is open');

/**
 * Gives up slow calls, stops calling a model server that mostly fails, and answers from the fallback meanwhile.
 * Half-open, one probe goes through; calls that are not probes get the fallback at once.
 */
export const circuitBreaker = {
  at: 'gateway',
  summary: 'Stops calling a failing model server and answers from a fallback until a probe succeeds',
  options: CircuitBreakerOptionsSchema,
  async wrap(next: Predict, options: CircuitBreakerOptions, context: RoomContext): Promise<Predict> {
    const call = withTimeout(next, options.callTimeoutMs);
    const guarded = options.trips ? await withBreaker(call, options, context) : call;
    return options.fallsBack ? withFallback(guarded, context.fallback) : withErrors(guarded);
  },
} satisfies GatewayRoom;

function withTimeout(next: Predict, timeoutMs: number): Predict {
  return (question) => withDeadline(timeoutMs, (signal) => next(question, signal));
}

async function withBreaker(
  call: Predict,
  options: CircuitBreakerOptions,
  context: RoomContext,
): Promise<Predict> {
  const { default: Breaker } = await import('opossum');
  const window = slidingWindow(options.windowMs);
  const breaker = new Breaker((question: Question) => call(question), {
    // The call's own signal ends it; opossum's timeout would leave the connection busy.
    timeout: false,
    // opossum opens above its threshold; ours is where it opens, or 100 % could never be reached.
    errorThresholdPercentage: options.errorThresholdPercent - 1e-9,
    rollingCountBuckets: BUCKETS,
    rotateBucketController: window,
    volumeThreshold: options.minimumCalls,
    // Half-open, opossum takes any call's success for the probe's. By then, those from before it opened have ended.
    resetTimeout: Math.max(options.resetAfterMs, options.callTimeoutMs),
    errorFilter: isCallersFault,
    // Nobody reads them, and they sort the latencies of the whole window at every failure.
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });
  // What failed before the outage ended must not open it again at the first failure after.
  breaker.on('close', () => clear(window));
  publishState(breaker, context);
  return async (question) => {
    // opossum would count a call that it turns away among the calls of the window.
    if (!breaker.closed && !breaker.pendingClose) {
      context.metrics.turnedAway.inc();
      throw TURNED_AWAY;
    }
    return breaker.fire(question);
  };
}

/** opossum's window forgets its oldest tenth at each `rotate`. */
function slidingWindow(windowMs: number): EventEmitter {
  const window = new EventEmitter();
  setInterval(() => window.emit('rotate'), windowMs / BUCKETS).unref();
  return window;
}

function clear(window: EventEmitter): void {
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) window.emit('rotate');
}

/** A request that the model server refuses says nothing about the model server's health. */
function isCallersFault(error: Error & { statusCode?: number }): boolean {
  return error.statusCode !== undefined && error.statusCode < 500;
}

function publishState(breaker: CircuitBreaker<[Question], Answer>, { registry, log }: RoomContext): void {
  const metrics = breakerMetrics(registry);
  let state: keyof typeof STATE = 'closed';
  const enter = (next: keyof typeof STATE) => {
    if (next === 'open' && state === 'closed') metrics.opened.set(Date.now() / 1000);
    log.info({ from: state, to: next }, 'circuit breaker');
    state = next;
    metrics.state.set(STATE[next]);
  };
  breaker.on('open', () => enter('open'));
  breaker.on('halfOpen', () => enter('halfOpen'));
  breaker.on('close', () => enter('closed'));
}

function withFallback(guarded: Predict, fallback: Predict): Predict {
  return async (question) => {
    try {
      return await guarded(question);
    } catch (error) {
      if (isCallersFault(error as Error)) throw error;
      const answer = await fallback(question);
      return { ...answer, fallbackReason: reasonOf(error as Error) };
    }
  };
}

/** The protocol's errors for what the fallback would have answered. */
function withErrors(guarded: Predict): Predict {
  return async (question) => {
    try {
      return await guarded(question);
    } catch (error) {
      const reason = reasonOf(error as Error);
      if (reason === 'open') throw new ProtocolError(503, TURNED_AWAY.message);
      if (reason === 'timeout') throw new ProtocolError(504, 'the model server gave no answer in time');
      throw error;
    }
  };
}

function reasonOf(error: Error): 'open' | 'timeout' | 'error' {
  if (error === TURNED_AWAY) return 'open';
  return error.name === 'TimeoutError' ? 'timeout' : 'error';
}
