import Type, { type Static } from 'typebox';

export const PredictionCacheOptionsSchema = Type.Object(
  {
    /** Where answers are kept: in the gateway's own memory, or in a Redis, which other gateways can share. */
    store: Type.Enum(['memory', 'redis'], { default: 'memory' }),
    /**
     * Rows of answers that are kept; of more, those that nobody asked for the longest go. Of the memory store: a Redis
     * is bounded by its own configuration.
     */
    maxRows: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 5_000 }),
    /** Milliseconds after which an answer is asked for anew, however often it was given. */
    ttlMs: Type.Integer({ minimum: 1, maximum: 86_400_000, default: 60_000 }),
    /** Whether an answer is kept under the versions that made it, too; without them it outlives its model. */
    keyHasVersions: Type.Boolean({ default: true }),
    /** Whether questions alike that come while one is under way share its answer. */
    singleFlight: Type.Boolean({ default: true }),
    /** Milliseconds that a Redis gets for an answer. */
    storeTimeoutMs: Type.Integer({ minimum: 1, maximum: 60_000, default: 10 }),
    /** Whether the model is asked where a Redis fails or is late; otherwise the request fails with it, 503. */
    failsOpen: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);
export type PredictionCacheOptions = Static<typeof PredictionCacheOptionsSchema>;
