import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { preparePython } from '../peers/python.ts';
import { PEERS } from './dose.ts';
import { peers } from './peers.ts';
import { type Form, questionTo } from './question.ts';

const { signal } = new AbortController();

describe.each(PEERS)('the server that %s is', (name) => {
  const { requirements, dialect, paths, start } = peers[name];
  const processes = createProcesses();
  const folder = mkdtempSync(join(tmpdir(), `gauntlet-${name}-`));
  let address: string;

  beforeAll(async () => {
    const prepared = await preparePython({ requirements, cacheDir, onProgress: () => {}, signal });
    if ('missing' in prepared) throw new Error(prepared.missing);
    ({ address } = await start(prepared.python, processes, { folder, signal }));
  }, 600_000);

  afterAll(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(
    Object.entries(paths).flatMap(([form, path]) =>
      [1, 64].map((rows) => [form as Form, rows, path] as const),
    ),
  )('answers %s of %d rows as the model does', async (form, rows, path) => {
    const { body, headers, check } = await questionTo('mlp-1', form, rows, dialect);
    // As many at once as it batches.
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        fetch(address + path, { method: 'POST', headers, body: Buffer.from(body) }),
      ),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      check(Object.fromEntries(answer.headers), new Uint8Array(await answer.arrayBuffer()));
    }
  });

  test.each(Object.entries(paths))('says what is wrong with a request in %s', async (_, path) => {
    const answer = await fetch(address + path, { method: 'POST', body: new Float32Array(3) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});
