import { ProtocolError } from '../../protocol/errors.ts';
import type { Call, Infer, ModelServerContext, ModelServerRoom } from '../room.ts';
import { rowsTogether, splitRows } from '../rows.ts';
import { type BatchInferenceOptions, BatchInferenceOptionsSchema } from './options.ts';
import { createQueue, type Waiting } from './queue.ts';

interface WaitingCall extends Waiting {
  call: Call;
  resolve(probabilities: Float32Array): void;
  reject(error: Error): void;
}

/**
 * Computes what waits in one run: calls that come while every thread is busy wait together, and the next free thread
 * takes as many as fit; a run that is full goes to a thread that is still busy. Where a thread is idle a call goes at
 * once, or waits for others no longer than the window.
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
      turnAway(queue.takeExpired(performance.now()), tooLate);
      while (running < mostRuns() && !queue.isEmpty()) {
        const ms = queue.msToWait(performance.now(), options);
        if (ms > 0) {
          startAfter(ms);
          return;
        }
        const { calls, abandoned } = queue.takeBatch(options.maxRows);
        turnAway(abandoned, hungUp);
        if (calls.length === 0) continue;
        running += 1;
        void run(calls);
      }
    }

    /**
     * Of a full run nothing is gained by waiting, and a thread that has its next one already need not wait until somebody
     * who is busy with sockets hears that the last one is over.
     */
    function mostRuns(): number {
      return queue.fills(options.maxRows) ? (1 + options.runsAhead) * threads : threads;
    }

    function turnAway(calls: readonly WaitingCall[], why: (call: Call) => ProtocolError): void {
      if (calls.length > 0) metrics.turnedAway.inc(calls.length);
      for (const { call, reject } of calls) reject(why(call));
    }

    async function run(batch: WaitingCall[]): Promise<void> {
      metrics.inFlight.inc(batch.length);
      const giveAnswers = await answersOf(batch, next);
      metrics.inFlight.dec(batch.length);
      // To give many answers takes as long as a run. The next one starts before that where it is full; where it isn't,
      // the next requests of those who get an answer may join it.
      const isNextFull = queue.fills(options.maxRows);
      if (isNextFull) endRun();
      giveAnswers();
      if (!isNextFull) setImmediate(endRun);
    }

    function endRun(): void {
      running -= 1;
      startRuns();
    }

    function startAfter(ms: number): void {
      if (waits) return;
      waits = true;
      setTimeout(() => {
        waits = false;
        startRuns();
      }, ms);
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
          isAbandoned: call.isAbandoned ?? (() => false),
        });
        startRuns();
      });
  },
} satisfies ModelServerRoom;

/**
 * Computes a batch; what comes back gives each call its own rows. A batch that fails is computed and answered call by
 * call, since its neighbours did nothing.
 */
async function answersOf(batch: readonly WaitingCall[], next: Infer): Promise<() => void> {
  const calls = batch.map(({ call }) => call);
  try {
    // They all ask the same version.
    const together = { version: calls[0]!.version, ...rowsTogether(calls) };
    const all = splitRows(await next(together), calls);
    return () => {
      for (const [i, { resolve }] of batch.entries()) resolve(all[i]!);
    };
  } catch (error) {
    if (batch.length === 1) return () => batch[0]!.reject(error as Error);
    // Each as soon as it is computed: the last of many would be long in coming.
    for (const one of batch) (await answersOf([one], next))();
    return () => {};
  }
}

function tooLate({ timeoutMs }: Call): ProtocolError {
  return new ProtocolError(504, `waited for its timeout of ${timeoutMs! * 1000} µs, and was not computed`);
}

/** Nobody reads it; 499 is what nginx counts such a request as. */
function hungUp(): ProtocolError {
  return new ProtocolError(499, 'whoever asked has hung up, and it was not computed');
}
