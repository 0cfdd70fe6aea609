import type { LoadRequest } from '#contract/load.ts';
import { POOL } from '#harness/plan.ts';
import { CLASSES, type ModelVersion, models } from '#sut/models/catalog.ts';
import { makePlainPool, pixelsOf } from '#sut/models/pool.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';
import type { RequestSource } from '../load-file.ts';

/** Every value is a finite FP32, and the models' first layer is infinity less infinity. */
const POISON = Array.from({ length: FEATURES }, (_, i) => (i < FEATURES / 2 ? 3e38 : -3e38));

/** Digits after the point that a golden answer keeps in the load file; far below every tolerance. */
const DIGITS = 9;

/** What is asked with each key of the pool, and the golden answers of the versions that the system may declare. */
export async function requestSource(
  versions: readonly ModelVersion[],
  cacheDir: string,
  onProgress: (line: string) => void,
): Promise<RequestSource> {
  // Loaded now, since whoever plays against a server of his own has no ONNX Runtime.
  const { goldenAnswers } = await import('#sut/models/golden.ts');
  const pool = makePlainPool({ seed: POOL.seed, size: POOL.size });
  const golden = new Map<ModelVersion, Float32Array>();
  for (const version of versions) {
    const report = (done: number, total: number) =>
      onProgress(`computing golden answers of ${version}, once: ${Math.floor((100 * done) / total)} %`);
    golden.set(version, await goldenAnswers({ version, pool, cacheDir, onProgress: report }));
  }
  return {
    tolerance: Object.fromEntries(versions.map((version) => [version, models[version].tolerance])),
    poisonBody: bodyOf(POISON, undefined),
    requestFor: (key, tenant): LoadRequest => ({
      body: bodyOf(pixelsOf(pool, key), tenant),
      label: pool.labels[key]!,
      golden: Object.fromEntries([...golden].map(([version, answers]) => [version, answerOf(answers, key)])),
    }),
  };
}

function bodyOf(pixels: ArrayLike<number>, tenant: string | undefined): string {
  const input = { name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data: Array.from(pixels) };
  return JSON.stringify({ ...(tenant === undefined ? {} : { parameters: { tenant } }), inputs: [input] });
}

function answerOf(answers: Float32Array, key: number): number[] {
  const row = answers.subarray(key * CLASSES, (key + 1) * CLASSES);
  return Array.from(row, (value) => Number(value.toFixed(DIGITS)));
}
