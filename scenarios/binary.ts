// Reads an answer of the Open Inference Protocol in binary form. Imports nothing: k6 runs it, and tests do.

interface Output {
  datatype: string;
  data?: unknown;
  parameters?: { binary_data_size?: number };
}

const NUMBERS: Record<string, (bytes: ArrayBuffer) => ArrayLike<number | bigint>> = {
  UINT8: (bytes) => new Uint8Array(bytes),
  UINT16: (bytes) => new Uint16Array(bytes),
  UINT32: (bytes) => new Uint32Array(bytes),
  UINT64: (bytes) => new BigUint64Array(bytes),
  INT8: (bytes) => new Int8Array(bytes),
  INT16: (bytes) => new Int16Array(bytes),
  INT32: (bytes) => new Int32Array(bytes),
  INT64: (bytes) => new BigInt64Array(bytes),
  FP32: (bytes) => new Float32Array(bytes),
  FP64: (bytes) => new Float64Array(bytes),
};

/** The answer as its JSON would be; throws where it can't be read. */
export function readBinaryAnswer(body: ArrayBuffer, headerLength: number): unknown {
  const answer = JSON.parse(textOf(new Uint8Array(body, 0, headerLength))) as { outputs?: Output[] };
  let at = headerLength;
  for (const output of answer.outputs ?? []) {
    const size = output.parameters?.binary_data_size;
    if (size === undefined) continue;
    if (at + size > body.byteLength) throw new Error('the answer ends within a tensor');
    output.data = valuesOf(output.datatype, body.slice(at, at + size));
    at += size;
  }
  return answer;
}

function valuesOf(datatype: string, bytes: ArrayBuffer): unknown[] {
  if (datatype === 'BYTES') return textsOf(bytes);
  if (datatype === 'BOOL') return Array.from(new Uint8Array(bytes), (value) => value !== 0);
  return Array.from(NUMBERS[datatype]!(bytes), Number);
}

/** Each text after its length. */
function textsOf(bytes: ArrayBuffer): string[] {
  const view = new DataView(bytes);
  const texts: string[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = view.getUint32(at, true);
    texts.push(textOf(new Uint8Array(bytes, at + 4, length)));
    at += 4 + length;
  }
  return texts;
}

/** k6 has no TextDecoder. */
function textOf(bytes: Uint8Array): string {
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte < 16 ? '0' : ''}${byte.toString(16)}`;
  return decodeURIComponent(escaped);
}
