import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { TSchema } from 'typebox';
import type { ServedBy } from '#contract/names.ts';

/** One inference on its way through the gateway. */
export interface Question {
  rows: number;
  pixels: Float32Array;
  /** The request's inputs as JSON text, to be sent on as they came. */
  body: string;
}

export interface Answer {
  version: string;
  probabilities: ArrayLike<number>;
  servedBy: ServedBy;
  /** Why it is no primary answer, in a word of the room that gave it. */
  fallbackReason?: string;
}

/** Answers a question. The signal's abort means that nobody waits for this call any more. */
export type Predict = (question: Question, signal?: AbortSignal) => Promise<Answer>;

/** What any room can count, under its own name, without a word in the contract; what it leaves alone is 0. */
export interface RoomMetrics {
  /** Calls that the pattern did not let through to the model server. */
  turnedAway: { inc(): void };
  /** Calls that it let through and that have not ended. */
  inFlight: { inc(): void; dec(): void };
}

export interface RoomContext {
  registry: Registry;
  metrics: RoomMetrics;
  log: FastifyBaseLogger;
  /** Computed in the gateway itself, so that no faulted link lies in between. */
  fallback: Predict;
}

/**
 * A serving pattern, as the gateway hosts it. A room owns all that its pattern brings, so that the system without it
 * is the bare system.
 */
export interface Room {
  /** One sentence for `npm run list`. */
  summary: string;
  options: TSchema;
  /** Wraps the way to the model. `options` have been checked against the room's schema, defaults filled in. */
  wrap(next: Predict, options: never, context: RoomContext): Predict;
}
