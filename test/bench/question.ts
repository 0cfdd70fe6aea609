import { largestDifference } from '#sut/models/answers.ts';
import { type ModelVersion, models } from '#sut/models/catalog.ts';
import { inferAll, openModel } from '#sut/models/onnx.ts';
import { heldOut } from '#sut/models/pool.ts';
import {
  BINARY_TYPE,
  BYTES,
  binaryBody,
  floatsOf,
  HEADER_LENGTH,
  readBinary,
  type WithBytes,
} from '#sut/protocol/binary.ts';
import { FEATURES, INPUT_NAME, type InferResponse } from '#sut/protocol/infer.ts';

export type Form = 'JSON' | 'binary';

/** Bytes of a body that count: in every row so many places, the lowest first. */
export interface Counter {
  /** Byte where each row's places begin. */
  at: readonly number[];
  places: number;
  /** Bytes from one place to the next. */
  every: number;
  /** Of the count: digits of a text, or bytes. */
  base: 10 | 256;
  /** The count before the first request. */
  from: number;
}

/** A request that is asked over and over, and what tells whether it was answered right. */
export interface Question {
  form: Form;
  rows: number;
  body: Uint8Array;
  headers: Record<string, string>;
  /** What makes each request another one; absent where all are the same. */
  counter?: Counter;
  /** What is right, ten a row, within an absolute tolerance. */
  golden: Float32Array;
  tolerance: number;
  /** Throws where an answer is not the model's own within its tolerance. */
  check(headers: Record<string, string | string[] | undefined>, body: Uint8Array): void;
}

/** How a server wants its requests: by the Open Inference Protocol, or by what test/peers/ says of its own. */
export type Dialect = 'protocol' | 'plain';

/** The first rows of the held-out images as one request to a model. */
export function questionTo(
  version: ModelVersion,
  form: Form,
  rows: number,
  dialect: Dialect = 'protocol',
): Promise<Question> {
  return questionOf(version, form, heldOut.pixels.subarray(0, rows * FEATURES), dialect);
}

/** So many requests with other images in each; fewer where there are not as many images. */
export function questionsTo(
  version: ModelVersion,
  form: Form,
  rows: number,
  most: number,
  dialect: Dialect = 'protocol',
): Promise<Question[]> {
  const size = rows * FEATURES;
  const count = Math.min(most, Math.floor(heldOut.pixels.length / size));
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      questionOf(version, form, heldOut.pixels.subarray(i * size, (i + 1) * size), dialect),
    ),
  );
}

/** Requests of which each row is another one, so that no cache knows any of them: the first pixels of each count. */
export async function countingQuestionTo(
  version: ModelVersion,
  form: Form = 'JSON',
  rows = 1,
): Promise<Question> {
  const pixels = heldOut.pixels.slice(0, rows * FEATURES);
  // Of one digit in JSON; in binary a number whose lowest byte leaves it nearly what it is.
  for (let row = 0; row < rows; row += 1)
    pixels.fill(form === 'JSON' ? 0 : 8, row * FEATURES, row * FEATURES + COUNTED);
  const question = await questionOf(version, form, pixels, 'protocol');
  const counter: Counter =
    form === 'JSON'
      ? { at: placesInJson(question.body, rows), places: COUNTED, every: 2, base: 10, from: 0 }
      : { at: placesInBinary(question.body, rows), places: COUNTED, every: FLOAT, base: 256, from: 0 };
  return { ...question, counter };
}

/** The same, counting from there on: what was counted before would be known to a cache. */
export function countedFrom(question: Question, from: number): Question {
  const { counter } = question;
  return counter ? { ...question, counter: { ...counter, from } } : question;
}

/** Pixels that count: enough for a hundred million requests. */
const COUNTED = 8;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** A number follows each comma, and the first of all a bracket. */
function placesInJson(body: Uint8Array, rows: number): number[] {
  const text = Buffer.from(body);
  const places: number[] = [];
  let at = text.indexOf('"data":[') + '"data":['.length;
  for (let row = 0; row < rows; row += 1) {
    places.push(at);
    for (let pixel = 0; pixel < FEATURES && row < rows - 1; pixel += 1) at = text.indexOf(',', at) + 1;
  }
  return places;
}

function placesInBinary(body: Uint8Array, rows: number): number[] {
  const size = FLOAT * FEATURES;
  return Array.from({ length: rows }, (_, row) => body.byteLength - (rows - row) * size);
}

async function questionOf(
  version: ModelVersion,
  form: Form,
  pixels: Uint8Array,
  dialect: Dialect,
): Promise<Question> {
  const rows = pixels.length / FEATURES;
  const session = await openModel(version);
  const golden = await inferAll(session, pixels);
  await session.release();
  const { tolerance } = models[version];
  return {
    form,
    rows,
    ...asked[dialect][form](pixels, rows),
    golden,
    tolerance,
    check(headers, body) {
      const difference = largestDifference(answerIn(headers, body), golden);
      if (!(difference <= tolerance)) throw new Error(`an answer is off by ${difference}`);
    },
  };
}

const asked = {
  protocol: { JSON: jsonOf, binary: binaryOf },
  plain: { JSON: plainJsonOf, binary: plainBinaryOf },
} as const;

function jsonOf(pixels: Uint8Array, rows: number) {
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', data: Array.from(pixels) };
  return {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ inputs: [input] })),
  };
}

function plainJsonOf(pixels: Uint8Array, count: number) {
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from(pixels.subarray(i * FEATURES, (i + 1) * FEATURES)),
  );
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ rows })) };
}

function binaryOf(pixels: Uint8Array, rows: number) {
  const floats = Float32Array.from(pixels);
  const parameters = { binary_data_size: floats.byteLength };
  const input = { name: INPUT_NAME, shape: [rows, FEATURES], datatype: 'FP32', parameters };
  return binaryBody({ parameters: { binary_data_output: true }, inputs: [input] }, floats);
}

function plainBinaryOf(pixels: Uint8Array) {
  const body = new Uint8Array(Float32Array.from(pixels).buffer);
  return { headers: { 'content-type': BINARY_TYPE }, body };
}

/** In whichever form and dialect it came. */
function answerIn(headers: Record<string, string | string[] | undefined>, body: Uint8Array): Float32Array {
  const headerLength = headers[HEADER_LENGTH];
  if (typeof headerLength === 'string') {
    const { outputs } = readBinary(headerLength, body, 'outputs') as { outputs: WithBytes[] };
    const bytes = outputs[0]?.[BYTES];
    return bytes ? floatsOf(bytes) : new Float32Array();
  }
  if (headers['content-type'] === BINARY_TYPE) return floatsOf(body);
  const { outputs, probabilities } = JSON.parse(Buffer.from(body).toString()) as Partial<InferResponse> & {
    probabilities?: number[][];
  };
  return Float32Array.from(outputs?.[0]?.data ?? probabilities?.flat() ?? []);
}
