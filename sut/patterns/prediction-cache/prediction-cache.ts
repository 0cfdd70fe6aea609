import { ProtocolError } from '../../protocol/errors.ts';
import { PREPROCESSING_VERSION } from '../../protocol/tensors.ts';
import { cacheLookupsMetric } from '../../telemetry/metrics.ts';
import type { Answer, GatewayRoom, Predict, Question, RoomContext } from '../room.ts';
import { keyOf } from './key.ts';
import { type PredictionCacheOptions, PredictionCacheOptionsSchema } from './options.ts';
import type { Store } from './store.ts';

/**
 * Gives an answer again to the same input, while it is fresh. Only the primary's answers are kept: a fallback's would
 * outlive the trouble that it stands in for, and an error is none.
 */
export const predictionCache = {
  at: 'gateway',
  summary: 'Gives an answer of the model again when the same input comes again, while it is fresh',
  options: PredictionCacheOptionsSchema,
  async wrap(next: Predict, options: PredictionCacheOptions, context: RoomContext): Promise<Predict> {
    const { registry, version } = context;
    const store = await openStore(options, context);
    const underWay = new Map<string, Promise<Answer>>();
    const lookups = cacheLookupsMetric(registry);

    /** What is kept; where the store is at hand it is there at once, with no turn of the event loop between. */
    async function answer(key: string, question: Question, signal?: AbortSignal): Promise<Answer> {
      const found = store.get(key);
      const known = found instanceof Promise ? await orNone(found) : found;
      if (!known) return ask(key, question, signal);
      lookups.inc({ result: 'hit' });
      return fromCache(known);
    }

    async function ask(key: string, question: Question, signal?: AbortSignal): Promise<Answer> {
      const wanted = version();
      lookups.inc({ result: 'miss' });
      const given = await next(question, signal);
      if (given.servedBy === 'primary' && given.version === wanted) store.set(key, given);
      return given;
    }

    /** A store that fails or is late is as good as empty, where the cache fails open. */
    async function orNone(found: Promise<Answer | undefined>): Promise<Answer | undefined> {
      try {
        return await found;
      } catch (error) {
        lookups.inc({ result: 'failed' });
        if (options.failsOpen) return undefined;
        throw new ProtocolError(503, `the cache can't be asked: ${(error as Error).message}`);
      }
    }

    /** The call belongs to all who wait for it, so no one of them can abort it. */
    function answerOnce(key: string, question: Question): Promise<Answer> {
      const call = answer(key, question).finally(() => underWay.delete(key));
      underWay.set(key, call);
      return call;
    }

    return async (question, signal) => {
      const versions = { model: version(), preprocessing: PREPROCESSING_VERSION };
      const key = keyOf(question, options.keyHasVersions ? versions : null);
      if (!options.singleFlight) return answer(key, question, signal);
      const call = underWay.get(key);
      if (!call) return answerOnce(key, question);
      lookups.inc({ result: 'shared' });
      return fromCache(await call);
    };
  },
} satisfies GatewayRoom;

async function openStore(options: PredictionCacheOptions, context: RoomContext): Promise<Store> {
  if (options.store === 'redis') return (await import('./redis-store.ts')).redisStore(options, context);
  return (await import('./memory-store.ts')).memoryStore(options, context.registry);
}

/** A stand-in's answer that was shared stays a stand-in's. */
function fromCache(answer: Answer): Answer {
  return answer.servedBy === 'primary' ? { ...answer, servedBy: 'cache' } : answer;
}
