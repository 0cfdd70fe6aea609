import { expect, test } from 'vitest';
import type { Target } from '#contract/target.ts';
import { areChecked, pathOf, payloadProblems, requestOf } from './adapter.ts';
import { readPayloads } from './payloads.ts';

const payloads = { file: 'a.jsonl', digest: '', rows: 1, checked: true };
const json: Target = { url: 'http://127.0.0.1:1', protocol: { name: 'json', path: '/predict' }, payloads };
const v2: Target = { ...json, protocol: { name: 'v2', model: 'my model', version: '3' } };

test('a request of V2 has the tensors of its payload, and goes to its version', () => {
  const inputs = [{ name: 'x', shape: [1], datatype: 'FP32', data: [1] }];
  expect(requestOf(v2, { inputs, expected: [2] })).toEqual({
    body: JSON.stringify({ inputs }),
    expected: [2],
  });
  expect(pathOf(v2)).toBe('/v2/models/my%20model/versions/3/infer');
});

test('templates take the columns of a CSV, numbers as numbers', () => {
  const target = { ...json, request: { rows: [['$a', '$b']], unit: '$$' }, expected: ['$label'] };
  const read = readPayloads('a,b,label\n1,2.5,cat\n\n3,4,7\n', 'a.csv');
  expect(read.problems).toEqual([]);
  expect(read.payloads.map((payload) => requestOf(target, payload))).toEqual([
    { body: '{"rows":[[1,2.5]],"unit":"$"}', expected: ['cat'] },
    { body: '{"rows":[[3,4]],"unit":"$"}', expected: [7] },
  ]);
});

test('payloads without an expected answer are sent and not checked', () => {
  const { payloads: rows } = readPayloads('{"request": [1]}\n{"request": [2]}\n', 'a.jsonl');
  expect(areChecked(json, rows)).toBe(false);
  const unchecked = { ...json, payloads: { ...payloads, checked: false } };
  expect(requestOf(unchecked, rows[0]!)).toEqual({ body: '[1]' });
});

test('some payloads with an expected answer and some without are refused', () => {
  const rows = [{ request: 1, expected: 1 }, { request: 2 }];
  expect(payloadProblems(json, rows)).toEqual([
    expect.stringMatching(/^payload 1 says .* payload 2 does not/),
  ]);
});

test('a field that the request needs and a payload lacks is named', () => {
  expect(payloadProblems({ ...json, request: { x: '$pixels' } }, [{ pixel: 1 }])).toEqual([
    "payload 1 has no field 'pixels', which the request needs; it has: pixel",
  ]);
});

test.each([
  ['a.jsonl', '{"request": 1\n', /a\.jsonl: line 1: /],
  ['a.jsonl', '[1, 2]\n', /line 1 is no JSON object/],
  ['a.jsonl', '\n', /holds no payload/],
  ['a.csv', 'a,b\n1\n', /a\.csv: Invalid Record Length/],
])('%s that says %j is refused with its place', (file, text, why) => {
  expect(readPayloads(text, file).problems.join('\n')).toMatch(why);
});
