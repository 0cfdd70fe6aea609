import Type, { type Static } from 'typebox';

export const PredictionCacheOptionsSchema = Type.Object(
  {
    /** Rows of answers that are kept; of more, those that nobody asked for the longest go. */
    maxRows: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 5_000 }),
    /** Milliseconds after which an answer is asked for anew, however often it was given. */
    ttlMs: Type.Integer({ minimum: 1, maximum: 86_400_000, default: 60_000 }),
    /** Whether an answer is kept under the versions that made it, too; without them it outlives its model. */
    keyHasVersions: Type.Boolean({ default: true }),
    /** Whether questions alike that come while one is under way share its answer. */
    singleFlight: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);
export type PredictionCacheOptions = Static<typeof PredictionCacheOptionsSchema>;
