import { LRUCache } from 'lru-cache';
import { CLASSES } from '../../protocol/infer.ts';
import { PREPROCESSING_VERSION } from '../../protocol/tensors.ts';
import { cacheMetrics } from '../../telemetry/metrics.ts';
import type { Answer, GatewayRoom, Predict, Question, RoomContext } from '../room.ts';
import { keyOf } from './key.ts';
import { type PredictionCacheOptions, PredictionCacheOptionsSchema } from './options.ts';

/**
 * Gives an answer again to the same input, while it is fresh. Only the primary's answers are kept: a fallback's would
 * outlive the trouble that it stands in for, and an error is none.
 */
export const predictionCache = {
  at: 'gateway',
  summary: 'Gives an answer of the model again when the same input comes again, while it is fresh',
  options: PredictionCacheOptionsSchema,
  wrap(next: Predict, options: PredictionCacheOptions, { registry, version }: RoomContext): Predict {
    const answers = new LRUCache<string, Answer>({
      maxSize: options.maxRows,
      ttl: options.ttlMs,
      sizeCalculation: ({ probabilities }) => probabilities.length / CLASSES,
    });
    const underWay = new Map<string, Promise<Answer>>();
    const metrics = cacheMetrics(registry, () => answers.calculatedSize);

    async function ask(key: string, question: Question, signal?: AbortSignal): Promise<Answer> {
      const wanted = version();
      metrics.lookups.inc({ result: 'miss' });
      const answer = await next(question, signal);
      if (answer.servedBy === 'primary' && answer.version === wanted) answers.set(key, answer);
      return answer;
    }

    /** The call belongs to all who wait for it, so no one of them can abort it. */
    function askOnce(key: string, question: Question): Promise<Answer> {
      const call = ask(key, question).finally(() => underWay.delete(key));
      underWay.set(key, call);
      return call;
    }

    return async (question, signal) => {
      const versions = { model: version(), preprocessing: PREPROCESSING_VERSION };
      const key = keyOf(question, options.keyHasVersions ? versions : null);
      const known = answers.get(key);
      if (known) {
        metrics.lookups.inc({ result: 'hit' });
        return fromCache(known);
      }
      if (!options.singleFlight) return ask(key, question, signal);
      const call = underWay.get(key);
      if (!call) return askOnce(key, question);
      metrics.lookups.inc({ result: 'shared' });
      return fromCache(await call);
    };
  },
} satisfies GatewayRoom;

/** A stand-in's answer that was shared stays a stand-in's. */
function fromCache(answer: Answer): Answer {
  return answer.servedBy === 'primary' ? { ...answer, servedBy: 'cache' } : answer;
}
