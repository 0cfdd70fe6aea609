import Type, { type Static } from 'typebox';

export const CircuitBreakerOptionsSchema = Type.Object(
  {
    /** Milliseconds after which a call to the model server is given up. */
    callTimeoutMs: Type.Integer({ minimum: 1, maximum: 60_000, default: 100 }),
    /** Whether it ever opens; without it every call is tried, and the fallback answers for the failed ones. */
    trips: Type.Boolean({ default: true }),
    /**
     * Whether the fallback answers what the model server doesn't; without it a call that is given up is answered 504,
     * one that is turned away 503, and every other error is passed on.
     */
    fallsBack: Type.Boolean({ default: true }),
    /** Percent of failed calls in the window at which it opens. */
    errorThresholdPercent: Type.Number({ minimum: 1, maximum: 100, default: 50 }),
    /** Milliseconds of the sliding window. */
    windowMs: Type.Integer({ minimum: 100, maximum: 60_000, default: 2_000 }),
    /** Calls in the window below which it never opens. */
    minimumCalls: Type.Integer({ minimum: 1, maximum: 100_000, default: 20 }),
    /** Milliseconds from opening to the next probe; `callTimeoutMs` if that is more. */
    resetAfterMs: Type.Integer({ minimum: 10, maximum: 600_000, default: 1_000 }),
  },
  { additionalProperties: false },
);
export type CircuitBreakerOptions = Static<typeof CircuitBreakerOptionsSchema>;
