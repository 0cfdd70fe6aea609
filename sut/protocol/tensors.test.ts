import { describe, expect, test } from 'vitest';
import { FEATURES, type InferRequest, MAX_ROWS } from './infer.ts';
import { readPixels } from './tensors.ts';

const row = Array.from({ length: FEATURES }, (_, i) => i % 17);

function request(input: object): InferRequest {
  return { inputs: [{ name: 'input', shape: [1, FEATURES], datatype: 'FP32', data: row, ...input }] };
}

describe('reading the pixels of a request', () => {
  test('flat and nested data of the same values give the same pixels', () => {
    const flat = readPixels(request({ shape: [2, FEATURES], data: [...row, ...row] }));
    const nested = readPixels(request({ shape: [2, FEATURES], data: [row, row] }));
    expect(nested).toEqual(flat);
    expect(flat.rows).toBe(2);
    expect([...flat.pixels.subarray(FEATURES)]).toEqual(row);
  });

  test.each([
    ['another input name', { name: 'image' }, "unknown input 'image'"],
    ['another datatype', { datatype: 'INT64' }, 'must be FP32'],
    ['too few features', { shape: [1, 63], data: row.slice(1) }, 'must be [rows,64]'],
    ['a third dimension', { shape: [1, 8, 8] }, 'must be [rows,64]'],
    ['no rows', { shape: [0, FEATURES], data: [] }, '1 to 256 rows'],
    ['too many rows', { shape: [MAX_ROWS + 1, FEATURES] }, '1 to 256 rows'],
    ['fewer values than the shape says', { data: row.slice(1) }, 'has 63 values'],
    ['more values than the shape says', { data: [...row, 1] }, 'has 65 values'],
    ['a string among the values', { data: ['1', ...row.slice(1)] }, 'is a string'],
    ['null among the values', { data: [null, ...row.slice(1)] }, 'is null'],
    ['infinity, as 1e999 parses to', { data: [Number.POSITIVE_INFINITY, ...row.slice(1)] }, 'not a finite'],
    ['a double that overflows FP32', { data: [1e39, ...row.slice(1)] }, 'not a finite'],
    ['data nested too deep', { data: [[row]] }, 'nested too deep'],
  ])('%s is refused with status 400 and words', (_, input, words) => {
    expect(() => readPixels(request(input))).toThrow(expect.objectContaining({ statusCode: 400 }));
    expect(() => readPixels(request(input))).toThrow(words);
  });
});
