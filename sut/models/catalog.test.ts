import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { heldOutSha256, modelCards } from './cards.ts';
import { isModelVersion, modelFile, models, modelVersions } from './catalog.ts';
import { toleranceFor } from './measure-card.ts';

async function sha256(path: string | URL): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe.each(modelVersions)('%s', (version) => {
  test('is the file that its card describes', async () => {
    expect(await sha256(modelFile(version))).toBe(modelCards[version].sha256);
  });

  test('has a measured tolerance between 1e-6 and 1e-4', () => {
    expect(models[version].tolerance).toBeGreaterThanOrEqual(1e-6);
    expect(models[version].tolerance).toBeLessThanOrEqual(1e-4);
  });

  test('has a tolerance that follows from the errors on its card', () => {
    const { batchDifference, roundingError, tolerance } = modelCards[version];
    expect(toleranceFor(Math.max(batchDifference, roundingError))).toBe(tolerance);
  });
});

test('the README says what the cards say', async () => {
  const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
  for (const version of modelVersions) {
    const { heldOutAccuracy, plainPoolAccuracy, tolerance } = modelCards[version];
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${version}\` |`));
    expect(row).toContain(`| ${heldOutAccuracy} | ${plainPoolAccuracy} | ${tolerance.toExponential()} |`);
  }
});

test('the cards were measured on the committed held-out images', async () => {
  expect(await sha256(new URL('held-out.json', import.meta.url))).toBe(heldOutSha256);
});

test('only the versions of the map are versions', () => {
  expect(modelVersions.every(isModelVersion)).toBe(true);
  expect(isModelVersion('toString')).toBe(false);
});

describe('a tolerance', () => {
  test('is ten times the difference, rounded up to one digit', () => {
    expect(toleranceFor(1.23e-6)).toBe(2e-5);
    expect(toleranceFor(9.7e-7)).toBe(1e-5);
  });

  test('is never below 1e-6', () => {
    expect(toleranceFor(0)).toBe(1e-6);
  });

  test('is refused above 1e-4', () => {
    expect(() => toleranceFor(1.1e-5)).toThrow('too much');
  });
});
