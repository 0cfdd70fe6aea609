import { ProtocolError } from '../../protocol/errors.ts';
import type { GatewayRoom, Predict, Question, RoomContext } from '../room.ts';
import { createLimit } from './limit.ts';
import { type OverloadLimitOptions, OverloadLimitOptionsSchema } from './options.ts';

/**
 * Lets so many calls be under way at the model server. What comes over that is answered at once, by the fallback or
 * with 429: a call that would be answered too late costs the same as one in time, so it must not be begun.
 */
export const overloadLimit = {
  at: 'gateway',
  summary:
    'Bounds the calls under way at the model server and answers the others from a fallback, or with 429',
  options: OverloadLimitOptionsSchema,
  wrap(next: Predict, options: OverloadLimitOptions, { metrics, fallback }: RoomContext): Predict {
    const limit = createLimit(options.maxInFlight);
    const instead = options.fallsBack
      ? async (question: Question) => ({ ...(await fallback(question)), fallbackReason: 'overload' })
      : async () => refuse(options.retryAfterSeconds);
    return async (question, signal) => {
      if (!limit.enter()) {
        metrics.turnedAway.inc();
        return instead(question);
      }
      metrics.inFlight.inc();
      try {
        return await next(question, signal);
      } finally {
        metrics.inFlight.dec();
        limit.leave();
      }
    };
  },
} satisfies GatewayRoom;

function refuse(retryAfterSeconds: number): never {
  throw new ProtocolError(429, 'the model server has as many calls as it may have; come back later', {
    'retry-after': String(retryAfterSeconds),
  });
}
