import Type, { type Static } from 'typebox';

export const AsyncOptionsSchema = Type.Object(
  {
    /** Jobs that wait or are under way at most; what comes over that is refused with 503. */
    maxJobs: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 50_000 }),
    /** Seconds that a job may probably wait for its end; one that would wait longer is refused with 503. */
    maxWaitSeconds: Type.Number({ exclusiveMinimum: 0, maximum: 86_400, default: 30 }),
    /** Jobs that the workers have under way at most, all together; those that wait to be tried again count. */
    maxRunning: Type.Integer({ minimum: 1, maximum: 4_096, default: 16 }),
    /** Milliseconds after which a job whose worker gave no sign of life goes to another. */
    leaseMs: Type.Integer({ minimum: 100, maximum: 600_000, default: 3_000 }),
    /** Times that a job is tried which the model itself fails on; then it goes to the dead letters. */
    maxAttempts: Type.Integer({ minimum: 1, maximum: 100, default: 3 }),
    /** Milliseconds before the second try at most; doubled with each, drawn evenly from 0 on. */
    backoffMs: Type.Integer({ minimum: 1, maximum: 60_000, default: 200 }),
    /** Milliseconds before any further try at most. */
    maxBackoffMs: Type.Integer({ minimum: 1, maximum: 600_000, default: 2_000 }),
    /** Seconds after which a job that could not be done for want of the model server is given up. */
    giveUpSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 600 }),
    /** Seconds that a result can be fetched; its job is unknown afterwards. */
    resultSeconds: Type.Integer({ minimum: 1, maximum: 604_800, default: 600 }),
    /** Milliseconds that the broker gets to take a job; then it is refused with 503. */
    enqueueTimeoutMs: Type.Integer({ minimum: 10, maximum: 60_000, default: 800 }),
    /** Jobs that the broker is being given at a time; the next is refused with 503 at once. */
    maxAccepting: Type.Integer({ minimum: 1, maximum: 100_000, default: 256 }),
    /** Questions for jobs that are under way at a time; the next is refused with 503 at once. */
    maxAsking: Type.Integer({ minimum: 1, maximum: 100_000, default: 64 }),
    /** Whether the fallback answers at once, as a first answer that the job's result follows. */
    answersNow: Type.Boolean({ default: false }),
    /** Where the broker keeps jobs and results: in memory they are gone with its process. */
    storage: Type.Enum(['file', 'memory'], { default: 'file' }),
    /** Whether the broker syncs to the disk before each acknowledgement; without it what a power cut takes is lost. */
    syncs: Type.Boolean({ default: false }),
    /** Whether a worker takes a job off the queue before the work: what fails or dies then is gone. */
    acksBeforeWork: Type.Boolean({ default: false }),
    /** Whether a job is named by 6 random hex digits and its Idempotency-Key is passed over. */
    shortIds: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
);
export type AsyncOptions = Static<typeof AsyncOptionsSchema>;
