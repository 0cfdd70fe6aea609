import { expect, test } from 'vitest';
import type { LoadRequest } from '#contract/load.ts';
import { buildLoadFile } from './load-file.ts';
import { makeTape } from './tape.ts';

test('holds each key that is on the tape once, and no other', () => {
  const tape = makeTape([{ phase: 'steady', seconds: 5, ratePerSecond: 100 }], 50, 1);
  const source = {
    poisonBody: '',
    tolerance: { 'mlp-1': 1e-6 },
    requestFor: (key: number): LoadRequest => ({ body: `body of ${key}`, label: key % 10, golden: {} }),
  };
  const load = { scenario: 'steady', ratePerSecond: 100, deadlineMs: 200, clientTimeoutMs: 1_000, vus: 150 };
  const file = buildLoadFile(load, tape, source, { startUrl: 'http://s', targetUrl: 'http://t' });

  const bodies = file.requests.map((text) => (JSON.parse(text) as LoadRequest).body);
  expect(new Set(bodies).size).toBe(bodies.length);
  expect(file.request.map((i) => bodies[i])).toEqual(tape.key.map((key) => `body of ${key}`));
  expect(file.maxDurationSeconds).toBeGreaterThanOrEqual(6);
});

test('holds a key once for each tenant that asks with it', () => {
  const phases = [{ phase: 'steady' as const, fromMs: 0, toMs: 4 }];
  const tape = { atMs: [0, 1, 2, 3], key: [7, 7, 7, 8], tenant: ['a', 'b', 'a', 'b'], phases };
  const source = {
    poisonBody: '',
    tolerance: {},
    requestFor: (key: number, tenant?: string): LoadRequest => ({
      body: `${key} of ${tenant}`,
      label: 0,
      golden: {},
    }),
  };
  const load = { scenario: 'steady', ratePerSecond: 1, deadlineMs: 200, clientTimeoutMs: 1_000, vus: 1 };
  const file = buildLoadFile(load, tape, source, { startUrl: 'http://s', targetUrl: 'http://t' });
  const bodies = file.requests.map((text) => (JSON.parse(text) as LoadRequest).body);
  expect(bodies).toEqual(['7 of a', '7 of b', '8 of b']);
  expect(file.request).toEqual([0, 1, 0, 2]);
});
