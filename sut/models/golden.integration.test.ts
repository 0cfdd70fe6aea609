import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accuracy, largestDifference } from './answers.ts';
import { modelCards } from './cards.ts';
import { FEATURES, type ModelVersion, models, modelVersions } from './catalog.ts';
import { goldenAnswers } from './golden.ts';
import { inferAll, openModel } from './onnx.ts';
import { makePlainPool, type Pool } from './pool.ts';

const SLOW = 120_000;
const pool = makePlainPool({ seed: 1 });
const head = makePlainPool({ seed: 1, size: 2_000 });
let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'golden-'));
});

afterAll(() => rm(cacheDir, { recursive: true, force: true }));

const golden = (version: ModelVersion, of: Pool) => goldenAnswers({ version, pool: of, cacheDir });

describe('on the plain pool', () => {
  test('the linear model is right at least 96 times in 100', {
    timeout: SLOW,
  }, async () => {
    const share = accuracy(await golden('lin-1', pool), pool.labels);
    expect(share).toBeGreaterThanOrEqual(0.96);
    expect(share).toBeCloseTo(modelCards['lin-1'].plainPoolAccuracy, 3);
  });

  test('the MLP is right at least 97.5 times in 100', {
    timeout: SLOW,
  }, async () => {
    const share = accuracy(await golden('mlp-1', pool), pool.labels);
    expect(share).toBeGreaterThanOrEqual(0.975);
    expect(share).toBeCloseTo(modelCards['mlp-1'].plainPoolAccuracy, 3);
  });

  test('the expensive model gives the answers of the MLP', {
    timeout: SLOW,
  }, async () => {
    expect(largestDifference(await golden('xl-1', head), await golden('mlp-1', head))).toBeLessThan(1e-5);
  });
});

test.each(modelVersions)('%s answers a row alone as in a batch', { timeout: SLOW }, async (version) => {
  const session = await openModel(version);
  const rows = head.pixels.subarray(0, 256 * FEATURES);
  const alone = await inferAll(session, rows, { batch: 1 });
  for (const batch of [7, 32, 128]) {
    const together = await inferAll(session, rows, { batch });
    expect(largestDifference(alone, together)).toBeLessThanOrEqual(models[version].tolerance);
  }
  await session.release();
});
