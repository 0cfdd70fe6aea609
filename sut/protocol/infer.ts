import Type, { type Static } from 'typebox';
import { SERVED_BY } from '#contract/names.ts';
import { VIRTUAL_ACCELERATOR } from '#contract/simulation.ts';

// Open Inference Protocol, version 2, over REST with JSON tensors:
// https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md

/** Features of one image: 8 × 8 pixels of 0..16, row by row. */
export const FEATURES = 64;
/** Digits 0 to 9. */
export const CLASSES = 10;
/** Rows that one request may carry. */
export const MAX_ROWS = 256;
export const INPUT_NAME = 'input';
export const OUTPUT_NAME = 'probabilities';

export const InferRequestSchema = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 256 })),
  parameters: Type.Optional(
    // Others than these are Triton's, or somebody else's, and passed over.
    Type.Object({
      /** Microseconds after which the answer is worth nothing; 0: it always is. */
      timeout: Type.Optional(Type.Integer({ minimum: 0 })),
      /** 1 is the most urgent; 0: the server's default. */
      priority: Type.Optional(Type.Integer({ minimum: 0 })),
      /** Whether the output comes as bytes after the JSON. */
      binary_data_output: Type.Optional(Type.Boolean()),
      /** Whose request it is, by its own account: who lets clients in should set it. */
      tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    }),
  ),
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer({ minimum: 0 })),
      datatype: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      /** Flat in row-major order, or nested as the shape says; absent where it comes as bytes. Checked by tensors.ts. */
      data: Type.Optional(Type.Array(Type.Unknown())),
    }),
    { minItems: 1, maxItems: 1 },
  ),
  outputs: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        parameters: Type.Optional(Type.Object({ binary_data: Type.Optional(Type.Boolean()) })),
      }),
    ),
  ),
});
export type InferRequest = Static<typeof InferRequestSchema>;

export const InferResponseSchema = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  parameters: Type.Optional(
    Type.Object({
      served_by: Type.Enum([...SERVED_BY]),
      fallback_reason: Type.Optional(Type.String()),
      /** What was simulated; present where the time that the answer took is no model's. */
      simulation: Type.Optional(Type.String()),
    }),
  ),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer()),
      datatype: Type.String(),
      data: Type.Array(Type.Number()),
    }),
  ),
});
export type InferResponse = Static<typeof InferResponseSchema>;

/** What a model answered, before it is put into one form or the other. */
export interface Inferred {
  version: string;
  /** Ten a row. */
  probabilities: ArrayLike<number>;
  parameters?: InferResponse['parameters'];
}

/** A response but for its output. */
export function responseHead(
  name: string,
  { version, parameters }: Inferred,
  id: string | undefined,
): Omit<InferResponse, 'outputs'> {
  return {
    model_name: name,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** The output but for its data. */
export function outputHead(probabilities: ArrayLike<number>) {
  return {
    name: OUTPUT_NAME,
    shape: [probabilities.length / CLASSES, CLASSES],
    datatype: 'FP32',
  };
}

/** A response in JSON. */
export function inferResponse(name: string, inferred: Inferred, id?: string): InferResponse {
  const { probabilities } = inferred;
  const output = { ...outputHead(probabilities), data: numbersOf(probabilities) };
  return { ...responseHead(name, inferred, id), outputs: [output] };
}

/** `Array.from` asks an iterator for each of them: fifteen times as long. */
function numbersOf(values: ArrayLike<number>): number[] {
  const numbers = new Array<number>(values.length);
  for (let i = 0; i < values.length; i += 1) numbers[i] = values[i]!;
  return numbers;
}

export function modelMetadata(name: string, versions: readonly string[], isSimulated = false): object {
  return {
    name,
    versions,
    platform: isSimulated ? `simulation: ${VIRTUAL_ACCELERATOR}` : 'onnxruntime_onnx',
    inputs: [{ name: INPUT_NAME, datatype: 'FP32', shape: [-1, FEATURES] }],
    outputs: [{ name: OUTPUT_NAME, datatype: 'FP32', shape: [-1, CLASSES] }],
  };
}

export function serverMetadata(name: string): object {
  return { name: `gauntlet-${name}`, version: '0.1.0', extensions: ['binary_tensor_data'] };
}
