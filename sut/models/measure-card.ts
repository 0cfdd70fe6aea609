// Measures what train.py cannot know, in the runtime that serves, and writes it into cards.json:
//   node sut/models/measure-card.ts
import { readFile, writeFile } from 'node:fs/promises';
import './no-telemetry.ts';
import type { InferenceSession } from 'onnxruntime-node';
import { env } from 'onnxruntime-node';
import { accuracy, largestDifference } from './answers.ts';
import { FEATURES, modelVersions } from './catalog.ts';
import { inferAll, MAX_BATCH, openModel } from './onnx.ts';
import { heldOut, makePlainPool, type Pool } from './pool.ts';

/** Enough that each batch size meets rows at many places in the batch, and a rest of its own. */
const TOLERANCE_ROWS = 512;
const SMALLEST_TOLERANCE = 1e-6;
const LARGEST_TOLERANCE = 1e-4;
const SEED = 1;

/** Ten times the largest difference, rounded up to one digit. */
export function toleranceFor(largest: number): number {
  const wanted = 10 * largest;
  if (wanted <= SMALLEST_TOLERANCE) return SMALLEST_TOLERANCE;
  const exponent = Math.floor(Math.log10(wanted));
  const tolerance = Number(`${Math.ceil(wanted / 10 ** exponent)}e${exponent}`);
  if (tolerance > LARGEST_TOLERANCE) {
    throw new Error(
      `answers differ by ${largest}: too much for an fp32 model whose fidelity is to be checked`,
    );
  }
  return tolerance;
}

async function largestBatchDifference(session: InferenceSession, pool: Pool): Promise<number> {
  const pixels = pool.pixels.subarray(0, TOLERANCE_ROWS * FEATURES);
  const lowest = await inferAll(session, pixels, { batch: 1 });
  const highest = lowest.slice();
  for (let batch = 2; batch <= MAX_BATCH; batch += 1) {
    for (const [index, value] of (await inferAll(session, pixels, { batch })).entries()) {
      lowest[index] = Math.min(lowest[index]!, value);
      highest[index] = Math.max(highest[index]!, value);
    }
  }
  return largestDifference(lowest, highest);
}

async function measure(session: InferenceSession, pool: Pool, roundingError: number) {
  const batchDifference = await largestBatchDifference(session, pool);
  return {
    heldOutAccuracy: round(accuracy(await inferAll(session, heldOut.pixels), heldOut.labels)),
    plainPoolAccuracy: round(accuracy(await inferAll(session, pool.pixels), pool.labels)),
    batchDifference: Number(batchDifference.toPrecision(3)),
    // The rounding error stands in for CPUs that are not here: many give equal answers at all batch sizes, as
    // the kernels of this one may, while others take another kernel for a single row.
    tolerance: toleranceFor(Math.max(batchDifference, roundingError)),
  };
}

function round(share: number): number {
  return Number(share.toFixed(4));
}

async function main(): Promise<void> {
  // Read as text and not through cards.ts, whose types promise what is only being measured here.
  const path = new URL('cards.json', import.meta.url);
  const cards = JSON.parse(await readFile(path, 'utf8'));
  const pool = makePlainPool({ seed: SEED });
  cards.measuredWith = {
    'onnxruntime-node': env.versions.node,
    platform: `${process.platform}-${process.arch}`,
    plainPool: { seed: pool.seed, size: pool.size },
  };
  for (const version of modelVersions) {
    const session = await openModel(version);
    Object.assign(
      cards.versions[version],
      await measure(session, pool, cards.versions[version].roundingError),
    );
    await session.release();
    console.log(version, JSON.stringify(cards.versions[version], undefined, 2));
  }
  await writeFile(path, `${JSON.stringify(cards, undefined, 2)}\n`);
}

/** What readiness asks: one image, and each version's answer to it. */
async function writeGoldenInput(): Promise<void> {
  const pixels = heldOut.pixels.subarray(0, FEATURES);
  const probabilities: Record<string, number[]> = {};
  for (const version of modelVersions) {
    const session = await openModel(version);
    probabilities[version] = Array.from(await inferAll(session, pixels), (value) =>
      Number(value.toPrecision(9)),
    );
    await session.release();
  }
  const path = new URL('golden-input.json', import.meta.url);
  await writeFile(path, `${JSON.stringify({ pixels: Array.from(pixels), probabilities })}\n`);
}

if (import.meta.main) {
  await writeGoldenInput();
  await main();
}
