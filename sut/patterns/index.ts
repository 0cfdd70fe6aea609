import type { Static } from 'typebox';
import { async } from './async/async.ts';
import { batchInference } from './batch-inference/batch-inference.ts';
import { circuitBreaker } from './circuit-breaker/circuit-breaker.ts';
import { gatewayBatching } from './gateway-batching/gateway-batching.ts';
import { overloadLimit } from './overload-limit/overload-limit.ts';
import { predictionCache } from './prediction-cache/prediction-cache.ts';
import type { Room } from './room.ts';
import { tenantIsolation } from './tenant-isolation/tenant-isolation.ts';

/** All patterns. The order is the order of wrapping, in each service: the first stands nearest to the model. */
export const patterns = {
  'gateway-batching': gatewayBatching,
  'circuit-breaker': circuitBreaker,
  'overload-limit': overloadLimit,
  'prediction-cache': predictionCache,
  'batch-inference': batchInference,
  async,
  'tenant-isolation': tenantIsolation,
} as const satisfies Record<string, Room>;

export type PatternName = keyof typeof patterns;
/** Options of the patterns that a variant switches on; what is left out takes the room's default. */
export type PatternOptions = { [P in PatternName]?: Partial<Static<(typeof patterns)[P]['options']>> };
