import CircuitBreaker from 'opossum';
import { breakerMetrics } from '../../telemetry/metrics.ts';
import type { Answer, Predict, Question, Room, RoomContext } from '../room.ts';
import { type CircuitBreakerOptions, CircuitBreakerOptionsSchema } from './options.ts';

const STATE = { closed: 0, halfOpen: 1, open: 2 } as const;

/**
 * Gives up slow calls, stops calling a model server that mostly fails, and answers from the fallback meanwhile.
 * Half-open, one probe goes through; calls that are not probes get the fallback at once.
 */
export const circuitBreaker = {
  summary: 'Stops calling a failing model server and answers from a fallback until a probe succeeds',
  options: CircuitBreakerOptionsSchema,
  wrap(next: Predict, options: CircuitBreakerOptions, context: RoomContext): Predict {
    const call = withTimeout(next, options.callTimeoutMs);
    const guarded = options.trips ? withBreaker(call, options, context) : call;
    return withFallback(guarded, context.fallback);
  },
} satisfies Room;

function withTimeout(next: Predict, timeoutMs: number): Predict {
  return (question) => next(question, AbortSignal.timeout(timeoutMs));
}

function withBreaker(call: Predict, options: CircuitBreakerOptions, context: RoomContext): Predict {
  const breaker = new CircuitBreaker((question: Question) => call(question), {
    // The call's own signal ends it; opossum's timeout would leave the connection busy.
    timeout: false,
    errorThresholdPercentage: options.errorThresholdPercent,
    rollingCountTimeout: options.windowMs,
    rollingCountBuckets: 10,
    volumeThreshold: options.minimumCalls,
    resetTimeout: options.resetAfterMs,
    errorFilter: isCallersFault,
  });
  publishState(breaker, context);
  return (question) => breaker.fire(question);
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
      return { ...answer, fallbackReason: reasonOf(error as Error & { code?: string }) };
    }
  };
}

function reasonOf(error: Error & { code?: string }): 'open' | 'timeout' | 'error' {
  if (error.code === 'EOPENBREAKER') return 'open';
  return error.name === 'TimeoutError' ? 'timeout' : 'error';
}
