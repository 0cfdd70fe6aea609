import { expect, test } from 'vitest';
import { readBinaryAnswer } from '#scenarios/binary.ts';
import { BINARY_DATATYPES, binaryRequest } from './tensors.ts';

// What is sent in binary form has the form of what comes back, so one reads the other.

const DATA: Record<string, unknown[]> = {
  BOOL: [true, false],
  BYTES: ['süß', ''],
  FP32: [0.5, -2],
  FP64: [0.1, 1e300],
};

test.each(BINARY_DATATYPES)('%s comes back as it was sent', (datatype) => {
  const data = DATA[datatype] ?? [1, 100];
  const tensors = [datatype, 'INT8'].map((type, i) => ({
    name: `tensor ü${i}`,
    datatype: type,
    shape: [1, 2],
    data: i === 0 ? [data] : [1, 2],
  }));
  const { bytes, headerLength } = binaryRequest(tensors);
  const body = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const text = new TextDecoder().decode(bytes.subarray(0, headerLength)).replace('"inputs"', '"outputs"');
  const header = new TextEncoder().encode(text);
  const answer = new Uint8Array([...header, ...new Uint8Array(body).subarray(headerLength)]).buffer;
  expect(readBinaryAnswer(answer, header.byteLength)).toMatchObject({
    outputs: [
      { name: 'tensor ü0', data },
      { name: 'tensor ü1', data: [1, 2] },
    ],
  });
  expect(() => readBinaryAnswer(answer.slice(0, -1), header.byteLength)).toThrow('ends within a tensor');
});
