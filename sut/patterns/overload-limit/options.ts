import Type, { type Static } from 'typebox';

export const OverloadLimitOptionsSchema = Type.Object(
  {
    /** Calls that may be under way at the model server, those that wait there included. */
    maxInFlight: Type.Integer({ minimum: 1, maximum: 4_096, default: 16 }),
    /** Whether the fallback answers what is over the limit; without it that is answered 429. */
    fallsBack: Type.Boolean({ default: true }),
    /** Whole seconds after which a client that was answered 429 is told to come back. */
    retryAfterSeconds: Type.Integer({ minimum: 0, maximum: 3_600, default: 1 }),
  },
  { additionalProperties: false },
);
export type OverloadLimitOptions = Static<typeof OverloadLimitOptionsSchema>;
