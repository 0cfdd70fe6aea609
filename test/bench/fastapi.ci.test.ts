import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { REQUIREMENTS, startFastapi } from '../peers/fastapi/start.ts';
import { preparePython } from '../peers/python.ts';
import { pathOf, WORKERS } from './fastapi.ts';
import { questionTo } from './question.ts';

const { signal } = new AbortController();
const processes = createProcesses();
const folder = mkdtempSync(join(tmpdir(), 'gauntlet-fastapi-'));
let address: string;

beforeAll(async () => {
  const options = { requirements: REQUIREMENTS, cacheDir, onProgress: () => {}, signal };
  const prepared = await preparePython(options);
  if ('missing' in prepared) throw new Error(prepared.missing);
  address = (await startFastapi(prepared.python, processes, { folder, workers: WORKERS, signal })).address;
}, 600_000);

afterAll(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['JSON', 1],
  ['JSON', 64],
  ['binary', 64],
] as const)('the plain FastAPI server answers %s of %d rows as the model does', async (form, rows) => {
  const { body, headers, check } = await questionTo('mlp-1', form, rows, 'plain');
  const answer = await fetch(address + pathOf(form), { method: 'POST', headers, body: Buffer.from(body) });
  expect(answer.status).toBe(200);
  check(Object.fromEntries(answer.headers), new Uint8Array(await answer.arrayBuffer()));
});

test('and says what is wrong with a request', async () => {
  const answer = await fetch(address + pathOf('binary'), { method: 'POST', body: new Float32Array(3) });
  expect(answer.status).toBe(400);
});
