import { ProtocolError } from '../../protocol/errors.ts';
import type { Call, Infer, ModelServerContext, ModelServerRoom } from '../room.ts';
import { type BatchInferenceOptions, BatchInferenceOptionsSchema } from './options.ts';
import { createQueue, type Waiting } from './queue.ts';
import { rowsTogether, splitRows } from './rows.ts';

interface WaitingCall extends Waiting {
  call: Call;
  resolve(probabilities: Float32Array): void;
  reject(error: Error): void;
}

/**
 * Computes what waits in one run: calls that come while every thread is busy wait together, and the next free thread
 * takes as many as fit. Where a thread is idle a call goes at once, or waits for others no longer than the window.
 */
export const batchInference = {
  at: 'model-server',
  summary: 'Computes the requests that wait for a model together, as many rows in a run as fit',
  options: BatchInferenceOptionsSchema,
  wrap(next: Infer, options: BatchInferenceOptions, context: ModelServerContext): Infer {
    const { metrics, threads } = context;
    const queue = createQueue<WaitingCall>();
    let running = 0;
    let waits = false;

    function startRuns(): void {
      for (const expired of queue.takeExpired(performance.now())) {
        metrics.turnedAway.inc();
        expired.reject(tooLate(expired.call));
      }
      while (running < threads && !queue.isEmpty()) {
        const ms = queue.msToWait(performance.now(), options);
        if (ms > 0) {
          startAfter(ms);
          return;
        }
        running += 1;
        void runTogether(queue.takeBatch(options.maxRows)).finally(() => {
          running -= 1;
          startRuns();
        });
      }
    }

    function startAfter(ms: number): void {
      if (waits) return;
      waits = true;
      setTimeout(() => {
        waits = false;
        startRuns();
      }, ms);
    }

    async function runTogether(batch: WaitingCall[]): Promise<void> {
      for (const _ of batch) metrics.inFlight.inc();
      try {
        await answer(batch, next);
      } finally {
        for (const _ of batch) metrics.inFlight.dec();
      }
    }

    return (call) =>
      new Promise((resolve, reject) => {
        const since = performance.now();
        queue.add({
          call,
          resolve,
          reject,
          version: call.version,
          rows: call.rows,
          since,
          until: since + (call.timeoutMs ?? Number.POSITIVE_INFINITY),
          priority: call.priority ?? options.defaultPriority,
        });
        startRuns();
      });
  },
} satisfies ModelServerRoom;

/** Gives each call of a batch its own rows. A batch that fails is computed call by call: its neighbours did nothing. */
async function answer(batch: readonly WaitingCall[], next: Infer): Promise<void> {
  const calls = batch.map(({ call }) => call);
  try {
    const all = splitRows(await next(rowsTogether(calls)), calls);
    for (const [i, { resolve }] of batch.entries()) resolve(all[i]!);
  } catch (error) {
    if (batch.length === 1) return batch[0]!.reject(error as Error);
    for (const one of batch) await answer([one], next);
  }
}

function tooLate({ timeoutMs }: Call): ProtocolError {
  return new ProtocolError(504, `waited for its timeout of ${timeoutMs! * 1000} µs, and was not computed`);
}
