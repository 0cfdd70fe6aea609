import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import { CLASSES } from '../../protocol/infer.ts';
import { cacheRowsMetric } from '../../telemetry/metrics.ts';
import type { Answer } from '../room.ts';
import type { PredictionCacheOptions } from './options.ts';
import type { Store } from './store.ts';

/** In the gateway's own memory: of more rows than it has room for, those go that nobody asked for the longest. */
export function memoryStore({ maxRows, ttlMs }: PredictionCacheOptions, registry: Registry): Store {
  const answers = new LRUCache<string, Answer>({
    maxSize: maxRows,
    ttl: ttlMs,
    sizeCalculation: ({ probabilities }) => probabilities.length / CLASSES,
  });
  cacheRowsMetric(registry, () => answers.calculatedSize);
  return {
    get: (key) => answers.get(key),
    set: (key, answer) => {
      answers.set(key, answer);
    },
  };
}
