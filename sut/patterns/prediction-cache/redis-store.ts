import { Redis } from 'ioredis';
import type { CallOutcome } from '#contract/names.ts';
import { storeMetrics } from '../../telemetry/metrics.ts';
import type { Answer, RoomContext } from '../room.ts';
import type { PredictionCacheOptions } from './options.ts';
import type { Store } from './store.ts';

const PREFIX = 'prediction ';
const CONNECT_TIMEOUT_MS = 1_000;
/** Between two tries to reach a Redis that has gone: soon, since all misses until then are the model's. */
const RETRY_MS = 100;

/**
 * In a Redis, which bounds what it keeps by its own configuration. Nothing waits for a connection: without one, a call
 * fails at once, and a call that is late is given up while its connection stays, for the next.
 */
export function redisStore(
  options: PredictionCacheOptions,
  { redis: address, registry, log, onClose }: Pick<RoomContext, 'redis' | 'registry' | 'log' | 'onClose'>,
): Store {
  if (address === undefined)
    throw new Error("store 'redis' needs the address of a Redis, which is not given");
  const redis = new Redis(address, {
    commandTimeout: options.storeTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RETRY_MS,
  });
  redis.on('error', (error) => log.debug({ error: error.message }, 'Redis'));
  onClose(() => redis.disconnect());
  const metrics = storeMetrics(registry);

  async function counted<T>(call: Promise<T>): Promise<T> {
    const started = performance.now();
    metrics.started.inc();
    let outcome: CallOutcome = 'ok';
    try {
      return await call;
    } catch (error) {
      outcome = isLate(error) ? 'timeout' : 'error';
      throw error;
    } finally {
      metrics.calls.inc({ outcome });
      metrics.duration.observe({ outcome }, (performance.now() - started) / 1000);
    }
  }

  return {
    async get(key) {
      const text = await counted(redis.get(PREFIX + key));
      return text === null ? undefined : read(text);
    },
    set(key, answer) {
      counted(redis.set(PREFIX + key, write(answer), 'PX', options.ttlMs)).catch(() => {});
    },
  };
}

/** The client has no type and no code for it. */
function isLate(error: unknown): boolean {
  return (error as Error).message === 'Command timed out';
}

function write({ version, probabilities }: Answer): string {
  return JSON.stringify({ version, probabilities: Array.from(probabilities) });
}

function read(text: string): Answer {
  return { ...(JSON.parse(text) as Pick<Answer, 'version' | 'probabilities'>), servedBy: 'primary' };
}
