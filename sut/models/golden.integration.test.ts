import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './no-telemetry.ts';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accuracy, largestDifference } from './answers.ts';
import { modelCards } from './cards.ts';
import { CLASSES, FEATURES, type ModelVersion, modelFile, models, modelVersions } from './catalog.ts';
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

  test('so does the slow one', { timeout: SLOW }, async () => {
    const difference = largestDifference(await golden('badslow-1', head), await golden('mlp-1', head));
    expect(difference).toBeLessThan(1e-5);
  });

  test('the bad model is right about 60 times in 100', { timeout: SLOW }, async () => {
    const share = accuracy(await golden('bad60-1', pool), pool.labels);
    expect(Math.abs(share - 0.6)).toBeLessThan(0.02);
    expect(share).toBeCloseTo(modelCards['bad60-1'].plainPoolAccuracy, 3);
  });

  test('the int8 form is as often right as the MLP, by answers of its own', { timeout: SLOW }, async () => {
    const answers = await golden('mlp8-1', pool);
    expect(accuracy(answers, pool.labels)).toBeCloseTo(modelCards['mlp-1'].plainPoolAccuracy, 3);
    const difference = largestDifference(answers, await golden('mlp-1', pool));
    expect(difference).toBeGreaterThan(models['mlp8-1'].tolerance);
  });
});

test('the int8 form answers the same by floats as by the integer kernels of this CPU', async () => {
  const rows = head.pixels.subarray(0, 1_024 * FEATURES);
  const session = await InferenceSession.create(modelFile('mlp8-1'), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
  });
  const difference = largestDifference(
    await inferAll(session, rows),
    (await golden('mlp8-1', head)).subarray(0, 1_024 * CLASSES),
  );
  await session.release();
  expect(difference).toBeLessThanOrEqual(models['mlp8-1'].tolerance);
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
