import type { AsyncOptions } from '../patterns/async/options.ts';
import { ProtocolError } from '../protocol/errors.ts';

/** What is done with a job after a try. */
export type Next =
  | { do: 'again' }
  /** The job's own fault: it goes to the dead letters. */
  | { do: 'bury'; why: string };

/** What a job is to blame for itself: an answer that is none, or a question that the model server refuses. */
export class JobError extends Error {}

export interface Tried {
  /** Tries that failed by the job's own fault, this one included. */
  own: number;
  /** Milliseconds since it was accepted. */
  ageMs: number;
}

/** A model server that is away is no job's fault: that is tried again for as long as anybody may still wait. */
export function nextOf(
  error: unknown,
  { own, ageMs }: Tried,
  { maxAttempts, giveUpSeconds }: Pick<AsyncOptions, 'maxAttempts' | 'giveUpSeconds'>,
): Next {
  const why = (error as Error).message;
  if (isOwn(error)) return own >= maxAttempts ? { do: 'bury', why: `${why}, ${own} times` } : { do: 'again' };
  return ageMs >= giveUpSeconds * 1000
    ? { do: 'bury', why: `given up after ${giveUpSeconds} s: ${why}` }
    : { do: 'again' };
}

export function isOwn(error: unknown): boolean {
  return error instanceof JobError || (error instanceof ProtocolError && error.statusCode < 500);
}
