import type { Answer, GatewayRoom, Predict, Question, RoomContext } from '../room.ts';
import { rowsTogether, splitRows } from '../rows.ts';
import { batchesOf } from './batches.ts';
import { type GatewayBatchingOptions, GatewayBatchingOptionsSchema } from './options.ts';

interface HeldCall {
  question: Question;
  signal: AbortSignal | undefined;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * Sends the questions of one turn of the event loop to the model server as one request. A turn takes in whatever the
 * sockets have: one request while it is quiet, which goes alone and at once, and the more the busier the gateway is.
 */
export const gatewayBatching = {
  at: 'gateway',
  summary: 'Sends the requests that come at the same moment to the model server together, as one',
  options: GatewayBatchingOptionsSchema,
  wrap(next: Predict, { maxRows }: GatewayBatchingOptions, { metrics }: RoomContext): Predict {
    let held: HeldCall[] = [];

    function send(): void {
      const calls = held;
      held = [];
      for (const batch of batchesOf(calls.filter(isWanted), maxRows)) {
        metrics.inFlight.inc(batch.length);
        void answer(batch, next).finally(() => metrics.inFlight.dec(batch.length));
      }
    }

    /** Whether somebody waits for it; of nobody's call nothing is sent. */
    function isWanted({ signal, reject }: HeldCall): boolean {
      if (!signal?.aborted) return true;
      metrics.turnedAway.inc();
      reject(signal.reason);
      return false;
    }

    return (question, signal) =>
      new Promise((resolve, reject) => {
        if (held.length === 0) setImmediate(send);
        held.push({ question, signal, resolve, reject });
      });
  },
} satisfies GatewayRoom;

/** Answers each call of a batch with its own rows; what befalls the request befalls all. */
async function answer(batch: readonly HeldCall[], next: Predict): Promise<void> {
  const { signal, ended } = whileAnybodyWaits(batch);
  try {
    const answers = await answersTo(
      batch.map(({ question }) => question),
      next,
      signal,
    );
    for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  } finally {
    ended();
  }
}

async function answersTo(
  questions: readonly Question[],
  next: Predict,
  signal: AbortSignal | undefined,
): Promise<Answer[]> {
  const [first] = questions as [Question];
  if (questions.length === 1) return [await next(first, signal)];
  const { urgency } = first;
  const together = { ...rowsTogether(questions), ...(urgency === undefined ? {} : { urgency }) };
  const { probabilities, ...rest } = await next(together, signal);
  return splitRows(floats(probabilities), questions).map((own) => ({ ...rest, probabilities: own }));
}

/** A model server that knows no bytes gives an array. */
function floats(numbers: ArrayLike<number>): Float32Array {
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}

/**
 * A call that is aborted has its end at once; the request goes on for the others, and is aborted with the last of them.
 * `ended` lets go of the calls' signals.
 */
function whileAnybodyWaits(batch: readonly HeldCall[]): { signal?: AbortSignal; ended(): void } {
  if (batch.length === 1) {
    const { signal } = batch[0]!;
    return { ...(signal ? { signal } : {}), ended: () => {} };
  }
  const all = new AbortController();
  let waiting = batch.length;
  const endings = batch.map(({ signal, reject }) => {
    const onAbort = () => {
      reject(signal!.reason);
      waiting -= 1;
      if (waiting === 0) all.abort(signal!.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    return () => signal?.removeEventListener('abort', onAbort);
  });
  return {
    signal: all.signal,
    ended: () => {
      for (const end of endings) end();
    },
  };
}
