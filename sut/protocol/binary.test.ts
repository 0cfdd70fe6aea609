import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BYTES,
  binaryBody,
  floatsOf,
  HEADER_LENGTH,
  readBinary,
  type WithBytes,
  wantsBinary,
} from './binary.ts';

const read = ({ headers, body }: ReturnType<typeof binaryBody>) =>
  readBinary(headers[HEADER_LENGTH], body, 'inputs') as { id?: string; inputs: WithBytes[] };

describe('a body in binary form', () => {
  test('gives back its JSON and each tensor, wherever in the body its bytes begin', () => {
    const floats = fc.array(fc.float({ noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.string(), floats, floats, (id, a, b) => {
        const tensors = [Float32Array.from(a), Float32Array.from(b)];
        const inputs = tensors.map(({ byteLength }) => ({ parameters: { binary_data_size: byteLength } }));
        const request = read(binaryBody({ id, inputs }, ...tensors));
        expect(request.id).toBe(id);
        expect(request.inputs.map((input) => floatsOf(input[BYTES]!))).toEqual(tensors);
      }),
    );
  });

  test('may have tensors in its JSON beside those in bytes', () => {
    const tensor = Float32Array.of(1, 2);
    const inputs = [{ data: [3] }, { parameters: { binary_data_size: 8 } }];
    const request = read(binaryBody({ inputs }, tensor));
    expect(request.inputs[0]![BYTES]).toBeUndefined();
    expect(floatsOf(request.inputs[1]![BYTES]!)).toEqual(tensor);
  });

  test('whose JSON is no request is passed on as it is', () => {
    for (const header of [null, 3, [], { inputs: 4 }, { inputs: [null] }]) {
      expect(read(binaryBody(header as object))).toEqual(header);
    }
  });

  test('cut anywhere is refused, or read whole, and never read wrong', () => {
    const tensor = Float32Array.of(1, 2, 3);
    const { headers, body } = binaryBody({ inputs: [{ parameters: { binary_data_size: 12 } }] }, tensor);
    for (let end = 0; end < body.byteLength; end += 1) {
      expect(() => read({ headers, body: body.subarray(0, end) })).toThrow();
    }
  });
});

test('a request asks for its output as bytes by name, or for all; by name is what counts', () => {
  const inputs: [] = [];
  expect(wantsBinary({ inputs })).toBe(false);
  expect(wantsBinary({ inputs, parameters: { binary_data_output: true } })).toBe(true);
  const outputs = [{ name: 'probabilities', parameters: { binary_data: false } }];
  expect(wantsBinary({ inputs, outputs, parameters: { binary_data_output: true } })).toBe(false);
});
