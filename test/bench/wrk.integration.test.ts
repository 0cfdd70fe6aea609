import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Question } from './question.ts';
import { drive, missingWrk } from './wrk.ts';

const missing = await missingWrk();
if (missing !== null) console.warn(`skipped: ${missing}`);

const { signal } = new AbortController();
/** Answers so late that a busy machine checks one in a hundred all the same. */
const SERVICE_MS = 5;
const bodies = new Set<string>();
const folder = mkdtempSync(join(tmpdir(), 'gauntlet-wrk-'));
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    bodies.add(Buffer.concat(chunks).toString());
    setTimeout(() => response.end('42'), SERVICE_MS);
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const question = (answer: string): Question => ({
  form: 'JSON',
  rows: 2,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('[0,0,0,7,0,0,0,9]'),
  counter: { at: [1, 9], places: 3, every: 2, base: 10, from: 120 },
  golden: new Float32Array(),
  tolerance: 0,
  check(_, body) {
    if (Buffer.from(body).toString() !== answer) throw new Error('an answer is wrong');
  },
});
const loop = (answer: string) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, question: question(answer), connections: 8, seconds: 1, folder };
};

describe.skipIf(missing !== null && !process.env['CI'])('wrk', () => {
  test('asks in closed loop while answers are checked beside, each row of each request counting', async () => {
    const driven = await drive(loop('42'), signal);
    expect(driven.requests).toBeGreaterThan(8);
    expect(driven.p50Ms).toBeGreaterThanOrEqual(SERVICE_MS);
    expect(driven.p999Ms).toBeGreaterThanOrEqual(driven.p99Ms);
    expect(driven.checked).toBeGreaterThanOrEqual(driven.requests / 100);
    expect(bodies).toContain('[1,2,1,7,1,2,1,9]');
    expect(bodies).toContain('[2,2,1,7,2,2,1,9]');
  });

  test('is ended by a wrong answer, which is what is said', async () => {
    await expect(drive(loop('43'), signal)).rejects.toThrow('an answer is wrong');
  });
});
