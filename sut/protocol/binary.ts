import type { InferRequest, InferResponse } from './infer.ts';

// The binary tensor data extension: a JSON header whose length an HTTP header tells, then the tensors' bytes, one after
// the other, little-endian as every machine that this runs on.
// https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md

export const HEADER_LENGTH = 'inference-header-content-length';
export const BINARY_TYPE = 'application/octet-stream';

/** Where the bytes of a tensor stand on its JSON. A symbol, since no JSON text can have it. */
export const BYTES: unique symbol = Symbol('bytes');
export type WithBytes = { [BYTES]?: Uint8Array };

interface Tensor extends WithBytes {
  parameters?: { binary_data_size?: unknown };
}

/** The JSON of a body in binary form, with their bytes on the tensors of `inputs` or `outputs`; throws in words. */
export function readBinary(
  headerLength: string | undefined,
  body: Uint8Array,
  tensors: 'inputs' | 'outputs',
): unknown {
  const length = lengthOf(headerLength, body.byteLength);
  const header = parseJson(body.subarray(0, length)) as Record<string, unknown> | null;
  const list = header?.[tensors];
  let at = length;
  for (const tensor of Array.isArray(list) ? (list as Tensor[]) : []) {
    const size = tensor?.parameters?.binary_data_size;
    if (size === undefined) continue;
    if (!Number.isInteger(size) || (size as number) < 0 || at + (size as number) > body.byteLength) {
      throw new Error(
        `binary_data_size is ${JSON.stringify(size)}; ${body.byteLength - at} bytes are there for it`,
      );
    }
    tensor[BYTES] = body.subarray(at, at + (size as number));
    at += size as number;
  }
  if (at !== body.byteLength) {
    throw new Error(`${body.byteLength - at} bytes of the body belong to no tensor`);
  }
  return header;
}

function lengthOf(text: string | undefined, most: number): number {
  const length = Number(text);
  if (text === undefined || !Number.isInteger(length) || length < 0 || length > most) {
    throw new Error(
      `the header Inference-Header-Content-Length is ${text === undefined ? 'missing' : `'${text}'`}; ` +
        `it must be the length of the body's JSON, 0 to ${most}`,
    );
  }
  return length;
}

const utf8 = new TextDecoder();

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new Error(`the body's JSON can't be read: ${(error as Error).message}`);
  }
}

/** A JSON header and the bytes of its tensors as one body, with the headers that tell it. */
export function binaryBody(
  header: object,
  ...tensors: readonly Float32Array[]
): { headers: Record<string, string>; body: Uint8Array } {
  const text = Buffer.from(JSON.stringify(header));
  const bytes = tensors.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return {
    headers: { 'content-type': BINARY_TYPE, [HEADER_LENGTH]: String(text.byteLength) },
    body: Buffer.concat([text, ...bytes]),
  };
}

/** The floats of bytes that may begin anywhere; a copy, since an array of floats can't. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Whether a request asks for its output in binary form, by name or for all. */
export function wantsBinary({ parameters, outputs }: InferRequest): boolean {
  const [output] = outputs ?? [];
  return output?.parameters?.binary_data ?? parameters?.binary_data_output ?? false;
}

/** A response in binary form. */
export function binaryResponse(response: Omit<InferResponse, 'outputs'>, output: BinaryOutput) {
  const { data, ...head } = output;
  const described = { ...head, parameters: { binary_data_size: data.byteLength } };
  return binaryBody({ ...response, outputs: [described] }, data);
}

export interface BinaryOutput {
  name: string;
  shape: number[];
  datatype: string;
  data: Float32Array;
}
