import '#sut/models/no-telemetry.ts';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Dose } from './dose.ts';
import { blank, isAsked, type Measurement } from './measurement.ts';
import type { OrtAsked, OrtDone } from './ort-thread.ts';

const BATCHES = [1, 8, 32, 64, 128];
/** Of a row's time. */
const SHARE = 0.25;

/** Rows per second that ONNX Runtime alone computes of MLP: the limit of every server before it. */
export interface OrtLimits {
  /** By batch size. */
  oneThread: ReadonlyMap<number, number>;
  measured: Measurement[];
}

/** The limit is measured whichever rows are asked for: every other row is told as a share of it. */
export async function ortAlone({ seconds, rows, signal }: Dose): Promise<OrtLimits> {
  const cores = availableParallelism();
  const oneThread = new Map<number, number>();
  const measured: Measurement[] = [];
  for (const batch of BATCHES) {
    for (const threads of [...new Set([1, cores])]) {
      if (threads > 1 && !isAsked('ort', rows)) continue;
      const perSecond = await rowsPerSecond(threads, { batch, ms: 1000 * SHARE * seconds });
      signal.throwIfAborted();
      if (threads === 1) oneThread.set(batch, perSecond);
      measured.push(rowOf(batch, threads, perSecond));
    }
  }
  return { oneThread, measured };
}

function rowOf(batch: number, threads: number, rowsPerSecond: number): Measurement {
  const what = `ONNX Runtime alone, ${threads === 1 ? 'one thread' : `${threads} threads`}, batch ${batch}`;
  return { ...blank(`ort-${threads}-${batch}`, what), rowsPerSecond };
}

/** Of MLP, in as many threads of their own, each with a session. */
export async function rowsPerSecond(threads: number, asked: OrtAsked): Promise<number> {
  const done = await Promise.all(Array.from({ length: threads }, () => computeInThread(asked)));
  return done.reduce((sum, { rows, ms }) => sum + (1000 * rows) / ms, 0);
}

async function computeInThread(workerData: OrtAsked): Promise<OrtDone> {
  const worker = new Worker(new URL('./ort-thread.ts', import.meta.url), { workerData });
  // Its last message and its end may come in one turn.
  const [[done]] = await Promise.all([once(worker, 'message') as Promise<[OrtDone]>, once(worker, 'exit')]);
  return done;
}
