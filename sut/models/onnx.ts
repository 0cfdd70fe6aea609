import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASSES, FEATURES, type ModelVersion, modelFile } from './catalog.ts';

const PROGRESS_EVERY_MS = 200;
/** Largest batch for which the model cards promise their tolerance. */
export const MAX_BATCH = 128;

export type OnProgress = (done: number, total: number) => void;

export function openModel(version: ModelVersion): Promise<InferenceSession> {
  return openSession(modelFile(version));
}

/** One thread, so that answers don't hang on the number of cores and the load generator keeps its own. */
export function openSession(file: string): Promise<InferenceSession> {
  return InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3, // some machines' CPU listing earns a warning at each load
  });
}

/** Probabilities of all rows in one `run()`. Blocks the thread. */
export async function inferBatch(
  session: InferenceSession,
  pixels: ArrayLike<number>,
): Promise<Float32Array> {
  const rows = pixels.length / FEATURES;
  const input = new Tensor('float32', new Float32Array(pixels), [rows, FEATURES]);
  const { probabilities } = await session.run({ input });
  return probabilities!.data as Float32Array;
}

export interface InferAllOptions {
  readonly batch?: number;
  readonly onProgress?: OnProgress | undefined;
}

/** Any number of rows, batch by batch; timers and sockets get their turn between two. */
export async function inferAll(
  session: InferenceSession,
  pixels: Uint8Array,
  { batch = MAX_BATCH, onProgress }: InferAllOptions = {},
): Promise<Float32Array> {
  const total = pixels.length / FEATURES;
  const answers = new Float32Array(total * CLASSES);
  let reported = performance.now();
  for (let start = 0; start < total; start += batch) {
    const rows = pixels.subarray(start * FEATURES, (start + batch) * FEATURES);
    answers.set(await inferBatch(session, rows), start * CLASSES);
    await turnOfTheLoop();
    if (onProgress && performance.now() - reported >= PROGRESS_EVERY_MS) {
      reported = performance.now();
      onProgress(Math.min(start + batch, total), total);
    }
  }
  onProgress?.(total, total);
  return answers;
}
