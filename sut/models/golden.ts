import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import './no-telemetry.ts';
import { env } from 'onnxruntime-node';
import { modelCards } from './cards.ts';
import { CLASSES, type ModelEntry, type ModelVersion, modelFile, models } from './catalog.ts';
import { inferAll, type OnProgress, openModel } from './onnx.ts';
import type { Pool } from './pool.ts';

/** Raise it when the cache file's layout changes. */
const FORMAT = 1;
const DIGEST_BYTES = 32;

export interface GoldenOptions {
  readonly version: ModelVersion;
  readonly pool: Pool;
  readonly cacheDir: string;
  /** About every 200 ms while answers are computed, and once at the end; not called when they are cached. */
  readonly onProgress?: OnProgress;
}

/** Ten probabilities a key: what the version answers to each request of the pool. */
export async function goldenAnswers(options: GoldenOptions): Promise<Float32Array> {
  const { version, pool, cacheDir, onProgress } = options;
  await checkModelFile(version);
  const path = join(cacheDir, cacheName(version, pool));
  const cached = await readCache(path, pool.size * CLASSES);
  if (cached) return cached;

  const session = await openModel(version);
  try {
    const answers = await inferAll(session, pool.pixels, { onProgress });
    await writeCache(cacheDir, path, answers);
    return answers;
  } finally {
    await session.release();
  }
}

/** Answers of a damaged model must not become the measure of all others. */
async function checkModelFile(version: ModelVersion): Promise<void> {
  const { weightsOf }: ModelEntry = models[version];
  if (weightsOf !== undefined) await checkModelFile(weightsOf);
  const path = modelFile(version);
  if (sha256(await readFile(path)).toString('hex') !== modelCards[version].sha256) {
    throw new Error(`${path} is not the file that its card in cards.json describes; restore it from git`);
  }
}

/** The pixels stand for the held-out images and the generator's code too: change one, get new answers. */
function cacheName(version: ModelVersion, pool: Pool): string {
  const { name, seed, size, pixels } = pool;
  const parts = [
    FORMAT,
    modelCards[version].sha256,
    env.versions.node,
    name,
    seed,
    size,
    sha256(pixels).toString('hex'),
  ];
  return `golden-${version}-${sha256(JSON.stringify(parts)).toString('hex')}.bin`;
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Nothing when the file is missing, of the wrong length or damaged: all three are recomputed. */
async function readCache(path: string, length: number): Promise<Float32Array | undefined> {
  const file = await readFile(path).catch(() => undefined);
  const answers = new Float32Array(length);
  if (file?.length !== answers.byteLength + DIGEST_BYTES) return undefined;
  const payload = file.subarray(0, answers.byteLength);
  if (!sha256(payload).equals(file.subarray(answers.byteLength))) return undefined;
  new Uint8Array(answers.buffer).set(payload);
  return answers;
}

/** Written aside and renamed, so that a reader, or a second writer, never meets half a file. */
async function writeCache(cacheDir: string, path: string, answers: Float32Array): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const aside = join(cacheDir, `.${randomUUID()}.tmp`);
  const payload = new Uint8Array(answers.buffer, answers.byteOffset, answers.byteLength);
  try {
    await writeFile(aside, Buffer.concat([payload, sha256(payload)]));
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    // Windows refuses the rename while another process reads the file that it wrote first: as good as ours.
    if (!(await readCache(path, answers.length))) throw error;
  }
}
