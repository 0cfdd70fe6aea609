import Type, { type Static } from 'typebox';

export const BatchInferenceOptionsSchema = Type.Object(
  {
    /** Rows that one run of a model takes at most. A single request of more is a run of its own. */
    maxRows: Type.Integer({ minimum: 1, maximum: 1_024, default: 128 }),
    /** Milliseconds that a call waits for others while a thread is idle; 0 sends it at once. */
    windowMs: Type.Number({ minimum: 0, maximum: 1_000, default: 0 }),
    /** Full runs that a thread which is still busy is given beforehand; they can't be taken back. */
    runsAhead: Type.Integer({ minimum: 0, maximum: 8, default: 1 }),
    /** Priority of requests that name none, or 0; 1 is the most urgent. */
    defaultPriority: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }),
  },
  { additionalProperties: false },
);
export type BatchInferenceOptions = Static<typeof BatchInferenceOptionsSchema>;
