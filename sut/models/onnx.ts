import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import './no-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASSES, FEATURES, type ModelVersion, modelFile } from './catalog.ts';

const PROGRESS_EVERY_MS = 200;
/** Largest batch for which the model cards promise their tolerance. */
export const MAX_BATCH = 128;

export type OnProgress = (done: number, total: number) => void;

/** Where a model is computed. */
export const PROVIDERS = ['cpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

export function openModel(version: ModelVersion): Promise<InferenceSession> {
  return openSession(modelFile(version), 'cpu');
}

/**
 * One thread, so that answers don't hang on the number of cores and the load generator keeps its own. On a GPU all of
 * the model or nothing: a session that computed a part on the processor would pass for one that does not.
 */
export async function openSession(file: string, provider: Provider): Promise<InferenceSession> {
  try {
    return await createSession(file, provider);
  } catch (error) {
    if (provider === 'cpu') throw error;
    throw new Error(
      `the execution provider '${provider}' can't be used on this machine: ${(error as Error).message}. It needs an ` +
        'NVIDIA GPU with its driver, and onnxruntime-node installed with ONNXRUNTIME_NODE_INSTALL=cuda12; ' +
        "'cpu' runs everywhere.",
    );
  }
}

function createSession(file: string, provider: Provider): Promise<InferenceSession> {
  return InferenceSession.create(file, {
    executionProviders: [provider],
    ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
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
