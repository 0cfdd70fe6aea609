import { expect, test } from 'vitest';
import { sampleInputs } from './samples.ts';
import { starterFiles, stripsTypes } from './starter.ts';

test.each([
  ['v22.17.1', false],
  ['v22.18.0', true],
  ['v23.5.0', false],
  ['v23.6.0', true],
  ['v20.20.2', false],
  ['v24.12.0', true],
  ['26.0.0', true],
])('Node %s takes the types out of a file: %s', (version, does) => expect(stripsTypes(version)).toBe(does));

const found = {
  name: 'digits',
  url: 'http://127.0.0.1:8000',
  protocol: { name: 'v2', model: "it's" },
  ready: null,
  payloads: [{ inputs: [], expected: [1] }],
} as const;

test('an experiment, its objectives and its payloads have one name, and the ending that Node takes', () => {
  const at = (ending: 'ts' | 'mjs') => Object.keys(starterFiles({ ...found, payloads: [] }, ending));
  expect(at('mjs')).toEqual([
    'gauntlet/experiments/digits.mjs',
    'gauntlet/objectives/digits.yaml',
    'gauntlet/payloads/digits.jsonl',
  ]);
  expect(at('ts')[0]).toBe('gauntlet/experiments/digits.ts');
});

test('names from a server are text in the files, whatever is in them', () => {
  const files = starterFiles({ ...found, payloads: [...found.payloads] }, 'ts');
  expect(files['gauntlet/experiments/digits.ts']).toContain("model: 'it\\'s'");
});

test('sample tensors have the shape and the type of the inputs, any length being one', () => {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: [-1, 2] },
    { name: 'text', datatype: 'BYTES', shape: [1] },
  ];
  expect(sampleInputs(inputs)?.[1]).toEqual([
    { name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 1] },
    { name: 'text', datatype: 'BYTES', shape: [1], data: ['sample 1'] },
  ]);
  expect(sampleInputs([{ name: 'video', datatype: 'UINT8', shape: [-1, 64, 3, 720, 1280] }])).toBeNull();
});
