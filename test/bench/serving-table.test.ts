import { expect, test } from 'vitest';
import { blank } from './measurement.ts';
import { limitOf, type Serving, servingBounds, servingPart } from './serving-table.ts';

const row = (id: string, requestsPerSecond: number, rows: number) => ({
  ...blank(id, id),
  requestsPerSecond,
  rowsPerSecond: rows * requestsPerSecond,
  p99Ms: 30,
});
const ofOne = (ratio: number) => ({ ratio, interval: null, pairs: 1 });
const beside = (
  id: string,
  { rate, p99, cpu, memory }: Record<'rate' | 'p99' | 'cpu' | 'memory', number>,
) => ({
  id,
  what: `ours ÷ ${id}`,
  rate: ofOne(rate),
  p99: ofOne(p99),
  cpu: ofOne(cpu),
  memory: ofOne(memory),
});
const serving: Serving = {
  oneThread: { 1: 17_000, 64: 100_000, 128: 104_000 },
  rows: [
    row('server-json-1', 20_000, 1),
    row('server8-binary-64', 1_250, 64),
    row('four-json-1', 12_000, 1),
    row('headline', 1_266, 64),
  ],
  linOfEcho: ofOne(1.5),
  ofOrt: ofOne(0.8),
  off: {
    rate: { ratio: 1.01, interval: [0.98, 1.02], pairs: 6 },
    cpu: { ratio: 1, interval: [0.96, 1.02], pairs: 6 },
  },
  patternsOn: [
    { what: 'four', rate: { ratio: 0.4, interval: [0.38, 0.42], pairs: 4 }, taxMs: 0.4 },
    { what: 'five', rate: { ratio: 0.6, interval: [0.58, 0.62], pairs: 4 }, taxMs: null },
  ],
  peers: [
    {
      name: 'fastapi',
      what: 'FastAPI',
      rows: [row('fastapi-json-1', 5_000, 1)],
      beside: [beside('fastapi-json-1', { rate: 4, p99: 0.6, cpu: 0.1, memory: 1.1 })],
    },
    {
      name: 'mlserver',
      what: 'MLServer',
      rows: [row('mlserver-json-1', 4_000, 1)],
      beside: [beside('mlserver-json-1', { rate: 5, p99: 0.2, cpu: 0.4, memory: 1.2 })],
    },
  ],
  missing: null,
};
const seen = (one: Serving) => servingBounds(one).map(({ what, seen, held }) => [what, seen, held]);

test('what the table is held against follows from its own rows', () => {
  expect(seen(serving)).toEqual([
    ["model server, LIN: processor time a request, of Fastify's alone", '1.500 ×', true],
    ['64 rows in binary: of what ONNX Runtime alone computes with one thread', '0.800 ×', false],
    [
      "four on unique keys: of the model server's own rate",
      '0.400 × (0.380 to 0.420 at 95 %, 4 pairs)',
      false,
    ],
    ['four: added to the median service time at 1,000 requests/s', '0.40 ms', true],
    [
      "five on unique keys: of the model server's own rate",
      '0.600 × (0.580 to 0.620 at 95 %, 4 pairs)',
      true,
    ],
    ['64 rows in binary, open loop: predictions', '81024 /s', true],
    ['… at p99', '30.0 ms', true],
    [
      'patterns taken out ÷ bare system, requests a second',
      '1.010 × (0.980 to 1.020 at 95 %, 6 pairs)',
      true,
    ],
    [
      'patterns taken out ÷ bare system, processor time a request',
      '1.000 × (0.960 to 1.020 at 95 %, 6 pairs)',
      false,
    ],
    ['ours ÷ fastapi-json-1', '4.000 ×', false],
    ['ours ÷ mlserver-json-1', '5.000 ×', true],
    ['… its p99, single rows, beside the best peer, FastAPI', '0.600 ×', false],
    ['… its processor time a request, single rows, beside the best peer, MLServer', '0.400 ×', false],
    ['… its memory, single rows, beside the best peer, MLServer', '1.200 ×', true],
  ]);
});

test('with one peer alone nothing is said of the best', () => {
  const alone = { ...serving, peers: serving.peers.slice(0, 1) };
  expect(servingBounds(alone).slice(-3)).toEqual([
    { what: '… its p99, single rows, beside FastAPI', seen: '0.600 ×', asked: null, held: true },
    expect.objectContaining({ seen: '0.100 ×', asked: null }),
    expect.objectContaining({ seen: '1.100 ×', asked: null }),
  ]);
});

test('rows that were not measured have no bound, and why is said', () => {
  const without = {
    ...serving,
    rows: [],
    linOfEcho: null,
    ofOrt: null,
    off: null,
    patternsOn: [],
    peers: [],
    missing: 'wrk is not on PATH',
  };
  expect(seen(without)).toEqual([['closed loop: not measured, wrk is not on PATH', '', true]]);
});

test('the limit is one thread at its best batch', () => {
  expect(limitOf(serving)).toBe(104_000);
  expect(limitOf({ ...serving, oneThread: {} })).toBeNull();
});

test("the page's part has both tables, and the ratios with their bounds", () => {
  const part = servingPart(serving, servingBounds(serving));
  expect(part).toContain('| server-json-1 | 20000 | 20000 | 0.19 |');
  expect(part).toContain('Beside it, in the same run:');
  expect(part).toContain('| 0.800 × | at least 0.85 × | missed |');
});
