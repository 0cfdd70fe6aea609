import { largestDifference } from '#sut/models/answers.ts';
import { type ModelVersion, models } from '#sut/models/catalog.ts';
import { inferAll, openModel } from '#sut/models/onnx.ts';
import { heldOut } from '#sut/models/pool.ts';
import {
  BYTES,
  binaryBody,
  floatsOf,
  HEADER_LENGTH,
  readBinary,
  type WithBytes,
} from '#sut/protocol/binary.ts';
import { FEATURES, INPUT_NAME, type InferResponse } from '#sut/protocol/infer.ts';

export type Form = 'JSON' | 'binary';

/** A request that is asked over and over, and what tells whether it was answered right. */
export interface Question {
  form: Form;
  rows: number;
  body: Uint8Array;
  headers: Record<string, string>;
  /** Digits in the body, from this byte on, that make each request another one; absent where all are the same. */
  counter?: { at: number; digits: number };
  /** Throws where an answer is not the model's own within its tolerance. */
  check(headers: Record<string, string | string[] | undefined>, body: Uint8Array): void;
}

/** The first rows of the held-out images as one request to a model. */
export function questionTo(version: ModelVersion, form: Form, rows: number): Promise<Question> {
  return questionOf(version, form, heldOut.pixels.slice(0, rows * FEATURES));
}

/** One row of JSON whose first pixels count the requests, so that no cache knows any of them. */
export async function countingQuestionTo(version: ModelVersion): Promise<Question> {
  const question = await questionOf(version, 'JSON', heldOut.pixels.slice(0, FEATURES).fill(0, 0, COUNTED));
  // One digit a pixel, and a comma after each.
  return { ...question, counter: { at: Buffer.from(question.body).indexOf('[0,') + 1, digits: COUNTED } };
}

async function questionOf(version: ModelVersion, form: Form, pixels: Uint8Array): Promise<Question> {
  const rows = pixels.length / FEATURES;
  const session = await openModel(version);
  const golden = await inferAll(session, pixels);
  await session.release();
  return {
    form,
    rows,
    ...(form === 'JSON' ? jsonOf(pixels, rows) : binaryOf(pixels, rows)),
    check(headers, body) {
      const difference = largestDifference(answerIn(headers[HEADER_LENGTH], body), golden);
      if (!(difference <= models[version].tolerance)) throw new Error(`an answer is off by ${difference}`);
    },
  };
}

/** Pixels that count: enough for a hundred million requests. */
const COUNTED = 8;

function jsonOf(pixels: Uint8Array, rows: number) {
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', data: Array.from(pixels) };
  return {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ inputs: [input] })),
  };
}

function binaryOf(pixels: Uint8Array, rows: number) {
  const floats = Float32Array.from(pixels);
  const parameters = { binary_data_size: floats.byteLength };
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', parameters };
  return binaryBody({ parameters: { binary_data_output: true }, inputs: [input] }, floats);
}

function answerIn(headerLength: string | string[] | undefined, body: Uint8Array): Float32Array {
  if (typeof headerLength !== 'string') {
    const { outputs } = JSON.parse(Buffer.from(body).toString()) as InferResponse;
    return Float32Array.from(outputs[0]?.data ?? []);
  }
  const { outputs } = readBinary(headerLength, body, 'outputs') as { outputs: WithBytes[] };
  const bytes = outputs[0]?.[BYTES];
  return bytes ? floatsOf(bytes) : new Float32Array();
}
