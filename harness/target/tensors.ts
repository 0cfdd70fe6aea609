// The binary tensor data extension of the Open Inference Protocol: a JSON header, then the tensors' bytes one after the
// other, little-endian.

/** A tensor as JSON has it. */
export interface JsonTensor {
  name: string;
  datatype: string;
  shape: number[];
  data: unknown;
  parameters?: Record<string, unknown>;
}

interface Writer {
  bytes: number;
  write(view: DataView, at: number, value: unknown): void;
}

const number = (bytes: number, write: (view: DataView, at: number, value: number) => void): Writer => ({
  bytes,
  write: (view, at, value) => write(view, at, Number(value)),
});

const WRITERS: Readonly<Record<string, Writer>> = {
  BOOL: { bytes: 1, write: (view, at, value) => view.setUint8(at, value ? 1 : 0) },
  UINT8: number(1, (view, at, value) => view.setUint8(at, value)),
  UINT16: number(2, (view, at, value) => view.setUint16(at, value, true)),
  UINT32: number(4, (view, at, value) => view.setUint32(at, value, true)),
  UINT64: number(8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)),
  INT8: number(1, (view, at, value) => view.setInt8(at, value)),
  INT16: number(2, (view, at, value) => view.setInt16(at, value, true)),
  INT32: number(4, (view, at, value) => view.setInt32(at, value, true)),
  INT64: number(8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)),
  FP32: number(4, (view, at, value) => view.setFloat32(at, value, true)),
  FP64: number(8, (view, at, value) => view.setFloat64(at, value, true)),
};

/** Datatypes that can be sent as bytes. */
export const BINARY_DATATYPES: readonly string[] = [...Object.keys(WRITERS), 'BYTES'];

/** An inference as bytes that asks for bytes, and how many of them its JSON takes. */
export function binaryRequest(inputs: readonly JsonTensor[]): { bytes: Uint8Array; headerLength: number } {
  const tensors = inputs.map(({ datatype, data }) =>
    tensorBytes(datatype, [data].flat(Number.POSITIVE_INFINITY)),
  );
  const header = {
    parameters: { binary_data_output: true },
    inputs: inputs.map(({ data: _, parameters, ...tensor }, i) => ({
      ...tensor,
      parameters: { ...parameters, binary_data_size: tensors[i]!.byteLength },
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  return { bytes: joined([text, ...tensors]), headerLength: text.byteLength };
}

function tensorBytes(datatype: string, values: readonly unknown[]): Uint8Array {
  if (datatype === 'BYTES') return joined(values.flatMap(lengthAndText));
  const { bytes, write } = WRITERS[datatype]!;
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  for (const [i, value] of values.entries()) write(view, i * bytes, value);
  return new Uint8Array(view.buffer);
}

function lengthAndText(value: unknown): Uint8Array[] {
  const text = new TextEncoder().encode(String(value));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, text.byteLength, true);
  return [new Uint8Array(length.buffer), text];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
