import { parentPort, workerData } from 'node:worker_threads';
import { inferBatch, MAX_BATCH, openModel } from '#sut/models/onnx.ts';
import { heldOut } from '#sut/models/pool.ts';
import { FEATURES } from '#sut/protocol/infer.ts';

// One session of MLP in a thread of its own, asked for one batch after the other.

const WARM_MS = 300;

export interface OrtAsked {
  batch: number;
  ms: number;
}

/** Rows that were computed, and in how many milliseconds. */
export interface OrtDone {
  rows: number;
  ms: number;
}

const { batch, ms } = workerData as OrtAsked;
if (batch > MAX_BATCH) throw new Error(`a batch has ${MAX_BATCH} rows at most`);
const session = await openModel('mlp-1');
const pixels = Float32Array.from(heldOut.pixels.subarray(0, batch * FEATURES));
await computeFor(WARM_MS);
parentPort!.postMessage((await computeFor(ms)) satisfies OrtDone);
await session.release();

async function computeFor(least: number): Promise<OrtDone> {
  const started = performance.now();
  let runs = 0;
  for (; performance.now() - started < least; runs += 1) await inferBatch(session, pixels);
  return { rows: runs * batch, ms: performance.now() - started };
}
