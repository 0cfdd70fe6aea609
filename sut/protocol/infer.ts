import Type, { type Static } from 'typebox';
import { SERVED_BY } from '#contract/names.ts';

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
  parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer({ minimum: 0 })),
      datatype: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      /** Flat in row-major order, or nested as the shape says; checked by tensors.ts. */
      data: Type.Array(Type.Unknown()),
    }),
    { minItems: 1, maxItems: 1 },
  ),
  outputs: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
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

export function inferResponse(
  model: { name: string; version: string },
  probabilities: ArrayLike<number>,
  extra: { id?: string | undefined; parameters?: InferResponse['parameters'] } = {},
): InferResponse {
  return {
    model_name: model.name,
    model_version: model.version,
    ...(extra.id === undefined ? {} : { id: extra.id }),
    ...(extra.parameters === undefined ? {} : { parameters: extra.parameters }),
    outputs: [
      {
        name: OUTPUT_NAME,
        shape: [probabilities.length / CLASSES, CLASSES],
        datatype: 'FP32',
        data: Array.from(probabilities),
      },
    ],
  };
}

export function modelMetadata(name: string, versions: readonly string[]): object {
  return {
    name,
    versions,
    platform: 'onnxruntime_onnx',
    inputs: [{ name: INPUT_NAME, datatype: 'FP32', shape: [-1, FEATURES] }],
    outputs: [{ name: OUTPUT_NAME, datatype: 'FP32', shape: [-1, CLASSES] }],
  };
}

export function serverMetadata(name: string): object {
  return { name: `gauntlet-${name}`, version: '0.1.0', extensions: [] };
}
