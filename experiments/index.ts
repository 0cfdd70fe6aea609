import type { Experiment } from '#contract/experiment.ts';
import asyncJobs from './async.ts';
import asyncBatched from './async-batched.ts';
import asyncFaults from './async-faults.ts';
import asyncSample from './async-sample.ts';
import badModelCached from './bad-model-cached.ts';
import batchInference from './batch-inference.ts';
import batchKilled from './batch-killed.ts';
import cacheBatchedMlp from './cache-batched-mlp.ts';
import cacheHotKey from './cache-hot-key.ts';
import cacheRedis from './cache-redis.ts';
import cacheUniform from './cache-uniform.ts';
import cacheZipf1 from './cache-zipf-1.ts';
import cacheZipf07 from './cache-zipf-07.ts';
import circuitBreaker from './circuit-breaker.ts';
import gatewayBatching from './gateway-batching.ts';
import overloadLimit from './overload-limit.ts';
import predictionCache from './prediction-cache.ts';
import steady1000 from './steady-1000.ts';
import tenantIsolation from './tenant-isolation.ts';
import twoStage from './two-stage.ts';

/** All experiments, by the name that a command plays them by. */
export const experiments = {
  'steady-1000': steady1000,
  'circuit-breaker': circuitBreaker,
  'overload-limit': overloadLimit,
  'prediction-cache': predictionCache,
  'batch-inference': batchInference,
  async: asyncJobs,
  'async-faults': asyncFaults,
  'async-batched': asyncBatched,
  'async-sample': asyncSample,
  'cache-zipf-1': cacheZipf1,
  'cache-zipf-07': cacheZipf07,
  'cache-uniform': cacheUniform,
  'cache-batched-mlp': cacheBatchedMlp,
  'cache-hot-key': cacheHotKey,
  'cache-redis': cacheRedis,
  'bad-model-cached': badModelCached,
  'batch-killed': batchKilled,
  'gateway-batching': gatewayBatching,
  'tenant-isolation': tenantIsolation,
  'two-stage': twoStage,
} as const satisfies Record<string, Experiment>;

/** Those that `loadtest`, `chaos` and `compare` play when none is named, in this order; so they take minutes. */
export const headline = [
  'steady-1000',
  'circuit-breaker',
  'prediction-cache',
  'batch-inference',
  'async',
] as const satisfies readonly (keyof typeof experiments)[];
