import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { TSchema } from 'typebox';
import type { ServedBy } from '#contract/names.ts';
import type { InferRequest } from '../protocol/infer.ts';

/** One inference on its way through the gateway. */
export interface Question {
  rows: number;
  pixels: Float32Array;
  /** What the request says of its urgency, to be sent on. */
  urgency?: InferRequest['parameters'];
}

export interface Answer {
  version: string;
  probabilities: ArrayLike<number>;
  servedBy: ServedBy;
  /** Why it is no primary answer, in a word of the room that gave it. */
  fallbackReason?: string;
  /** What the model server says of itself where the time that it took is no model's. */
  simulation?: string;
}

/** Answers a question. The signal's abort means that nobody waits for this call any more. */
export type Predict = (question: Question, signal?: AbortSignal) => Promise<Answer>;

/** One inference on its way to a thread of the model server. */
export interface Call {
  version: string;
  rows: number;
  /** Given away: whoever gets the call may move it to another thread. */
  pixels: Float32Array;
  /** Milliseconds after which nobody waits for the answer any more; absent: somebody always does. */
  timeoutMs?: number;
  /** 1 is the most urgent; absent: the request said nothing. */
  priority?: number;
  /** Whose call it is; absent: the request said nothing. */
  tenant?: string;
  /** Whether whoever asked has hung up since; absent: that can't be known. */
  isAbandoned?(): boolean;
}

/** Probabilities of all rows of a call. */
export type Infer = (call: Call) => Promise<Float32Array>;

/** What any room can count, under its own name, without a word in the contract; what it leaves alone is 0. */
export interface RoomMetrics {
  /** Calls that the pattern did not let through to the model server, or there to a model. */
  turnedAway: { inc(calls?: number): void };
  /** Calls that it let through and that have not ended. */
  inFlight: { inc(calls?: number): void; dec(calls?: number): void };
}

interface HostContext {
  registry: Registry;
  metrics: RoomMetrics;
  log: FastifyBaseLogger;
}

export interface RoomContext extends HostContext {
  /** Version that is asked of the model server now. */
  version(): string;
  /** Computed in the gateway itself, so that no faulted link lies in between. */
  fallback: Predict;
  /** Address of the Redis, or of the proxy in front of it; undefined where the system has none. */
  redis: string | undefined;
  /** What the room has to end with its service. */
  onClose(end: () => void): void;
}

export interface ModelServerContext extends HostContext {
  /** Runs of a model that can go on side by side. */
  threads: number;
}

export interface MountContext extends RoomContext {
  /** Address of the broker, or of the proxy in front of it; undefined where the system has none. */
  broker: string | undefined;
}

/** What a room that was mounted adds to its service. */
export interface Mounted {
  /** Rejects with the reason why the gateway is not ready. */
  checkReady(): Promise<void>;
}

interface RoomBase {
  /** One sentence for `npm run list`. */
  summary: string;
  options: TSchema;
}

/** A pattern that stands in the gateway. `options` have been checked against its schema, defaults filled in. */
export interface GatewayRoom extends RoomBase {
  at: 'gateway';
  /** Wraps the way to the model server; what it needs for that is loaded now, and not where it is off. */
  wrap(next: Predict, options: never, context: RoomContext): Predict | Promise<Predict>;
  /** For a room that answers requests itself: called once, before the gateway listens. */
  mount?(app: FastifyInstance, options: never, context: MountContext): Promise<Mounted>;
}

/** A pattern that stands in the model server; the same otherwise. */
export interface ModelServerRoom extends RoomBase {
  at: 'model-server';
  /** Wraps the way to the inference threads; a call that they get goes to the one with the fewest calls. */
  wrap(next: Infer, options: never, context: ModelServerContext): Infer;
}

/**
 * A serving pattern, as its service hosts it. A room owns all that its pattern brings, so that the system without it
 * is the bare system.
 */
export type Room = GatewayRoom | ModelServerRoom;
/** The service that hosts it. */
export type Host = Room['at'];
