import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addToJobSummary } from './job-summary.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-summary-'));
  file = join(folder, 'summary.md');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it is added to what other steps wrote', async () => {
  await addToJobSummary('# one\n', file);
  await addToJobSummary('# two\n', file);
  expect(readFileSync(file, 'utf8')).toBe('# one\n# two\n');
});

test('what is longer than GitHub shows is cut at the end of a line, and says so', async () => {
  await addToJobSummary('| a row of a table with an ä |\n'.repeat(40_000), file);
  const kept = readFileSync(file, 'utf8');
  expect(Buffer.byteLength(kept)).toBeLessThan(2 ** 20);
  const [rows, note] = kept.split('\n\n');
  expect(new Set(rows!.split('\n'))).toEqual(new Set(['| a row of a table with an ä |']));
  expect(note).toContain('report.md');
});

test('one that can not be written costs nothing but a sentence', async () => {
  expect(await addToJobSummary('# one\n', join(folder, 'nowhere/summary.md'))).toContain('ENOENT');
});

test('without a file nothing is written', async () => {
  expect(await addToJobSummary('# one\n', '')).toBeNull();
});
