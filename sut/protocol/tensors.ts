import { BYTES, floatsOf, type WithBytes } from './binary.ts';
import { ProtocolError } from './errors.ts';
import { FEATURES, INPUT_NAME, type InferRequest, MAX_ROWS } from './infer.ts';

/** Raise it when what `readPixels` makes of the same request changes: answers kept from before are others' then. */
export const PREPROCESSING_VERSION = '1';

/** The pixels of all rows of a request, checked: right name, datatype, shape, length, and every value finite. */
export function readPixels(request: InferRequest): { rows: number; pixels: Float32Array } {
  const input = request.inputs[0]!;
  if (input.name !== INPUT_NAME)
    refuse(`unknown input '${input.name}'; the model's only input is '${INPUT_NAME}'`);
  if (input.datatype !== 'FP32')
    refuse(`datatype of '${INPUT_NAME}' is '${input.datatype}'; it must be FP32`);
  const rows = rowsOf(input.shape);
  const bytes = (input as WithBytes)[BYTES];
  if (bytes && input.data)
    refuse(`'${INPUT_NAME}' has both data and binary_data_size; it must have one of them`);
  if (bytes) return { rows, pixels: pixelsOf(bytes, rows) };
  if (!input.data)
    refuse(`'${INPUT_NAME}' must have required property 'data', or binary_data_size and as many bytes`);
  const pixels = new Float32Array(rows * FEATURES);
  const count = fill(pixels, input.data, 0);
  if (count !== pixels.length) {
    refuse(`data of '${INPUT_NAME}' has ${count} values; shape [${input.shape}] needs ${pixels.length}`);
  }
  return { rows, pixels };
}

function pixelsOf(bytes: Uint8Array, rows: number): Float32Array {
  const wanted = rows * FEATURES * Float32Array.BYTES_PER_ELEMENT;
  if (bytes.byteLength !== wanted) {
    refuse(
      `data of '${INPUT_NAME}' has ${bytes.byteLength} bytes; shape [${rows},${FEATURES}] needs ${wanted}`,
    );
  }
  const pixels = floatsOf(bytes);
  if (!areFinite(pixels)) {
    const at = pixels.findIndex((value) => !Number.isFinite(value));
    refuse(`value ${at} of '${INPUT_NAME}' is not a finite FP32 number`);
  }
  return pixels;
}

/** Zero times a value is zero but for what is not finite: a sixth of the time of asking each of them. */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += 0 * values[i]!;
  return sum === 0;
}

function rowsOf(shape: readonly number[]): number {
  const [rows, features] = shape;
  if (shape.length !== 2 || features !== FEATURES) {
    refuse(`shape of '${INPUT_NAME}' is [${shape}]; it must be [rows,${FEATURES}]`);
  }
  if (rows! < 1 || rows! > MAX_ROWS) refuse(`a request carries 1 to ${MAX_ROWS} rows; this one has ${rows}`);
  return rows!;
}

/** Copies flat or nested data; returns how many values there were, also beyond the target's end. */
function fill(target: Float32Array, data: readonly unknown[], start: number, depth = 0): number {
  let at = start;
  for (const value of data) {
    if (Array.isArray(value) && depth === 0) {
      at = fill(target, value, at, depth + 1);
      continue;
    }
    if (typeof value !== 'number')
      refuse(`value ${at} of '${INPUT_NAME}' is ${describe(value)}, not a number`);
    // A double may be finite and still overflow the declared FP32.
    if (!Number.isFinite(Math.fround(value)))
      refuse(`value ${at} of '${INPUT_NAME}' is not a finite FP32 number`);
    if (at < target.length) target[at] = value;
    at += 1;
  }
  return at;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list nested too deep' : `a ${typeof value}`;
}

function refuse(message: string): never {
  throw new ProtocolError(400, message);
}
