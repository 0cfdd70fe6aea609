import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { OrtAsked, OrtDone } from './ort-thread.ts';
import { type Row, told } from './row.ts';

const BATCHES = [1, 8, 32, 64, 128];
const MS = 1_500;

/** Rows per second that ONNX Runtime alone computes of MLP, by batch size: the limit of every server before it. */
export interface OrtLimits {
  oneThread: ReadonlyMap<number, number>;
  rows: Row[];
}

export async function ortAlone(signal: AbortSignal): Promise<OrtLimits> {
  const cores = availableParallelism();
  const oneThread = new Map<number, number>();
  const rows: Row[] = [];
  for (const batch of BATCHES) {
    const one = await rowsPerSecond(1, { batch, ms: MS });
    signal.throwIfAborted();
    const all = await rowsPerSecond(cores, { batch, ms: MS });
    signal.throwIfAborted();
    oneThread.set(batch, one);
    rows.push(
      told(
        `ONNX Runtime alone, MLP, batch ${batch}`,
        `${Math.round(one)} rows/s by one thread, ${Math.round(all)} by ${cores}`,
      ),
    );
  }
  return { oneThread, rows };
}

async function rowsPerSecond(threads: number, asked: OrtAsked): Promise<number> {
  const done = await Promise.all(Array.from({ length: threads }, () => computeInThread(asked)));
  return done.reduce((sum, { rows, ms }) => sum + (1000 * rows) / ms, 0);
}

async function computeInThread(workerData: OrtAsked): Promise<OrtDone> {
  const worker = new Worker(new URL('./ort-thread.ts', import.meta.url), { workerData });
  // Its last message and its end may come in one turn.
  const [[done]] = await Promise.all([once(worker, 'message') as Promise<[OrtDone]>, once(worker, 'exit')]);
  return done;
}
