// Plays a tape of few large requests: iteration i sleeps until its planned instant and sends. Bodies are bytes that
// each virtual user has from the start, and answers are checked as bytes, so that the generator is not what is measured.
import crypto from 'k6/crypto';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import type { PreparedRequest } from '../harness/contract/load.ts';
import { NO_ANSWER } from './answers.ts';
import { playEntry, requests, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';
export const options = tapeOptions;

type Response = RefinedResponse<ResponseType>;

interface Asked extends PreparedRequest {
  sent: ArrayBuffer;
  golden32: Float32Array;
  /** Digests of answers that were found right, number by number: the same bytes are right again. */
  known: Set<string>;
}

const described = Array.from(requests, (text) => [text, JSON.parse(text) as PreparedRequest] as const);
const all = open(described[0]![1].file, 'b');
/** By what the tape says of them: each is made ready once. */
const asked = new Map(
  described.map(([text, request]): [string, Asked] => [
    text,
    {
      ...request,
      sent: all.slice(...request.bytes),
      golden32: new Float32Array(all.slice(...request.answer)),
      known: new Set(),
    },
  ]),
);

export default function play({ t0 }: { t0: number }): void {
  playEntry(t0, { read: (text) => asked.get(text)!, send, judge });
}

function send({ sent, headers, answersIn }: Asked): Response {
  return http.post(settings.targetUrl, sent, {
    headers,
    timeout: settings.clientTimeoutMs,
    responseType: answersIn === 'json' ? 'text' : 'binary',
  });
}

function judge(response: Response, request: Asked) {
  const faithful = response.status === 200 && isRight(response, request);
  // Of many rows there is no one label: right is what the model says.
  return { ...NO_ANSWER, faithful, right: faithful };
}

function isRight(response: Response, request: Asked): boolean {
  const digest = crypto.md5(response.body as ArrayBuffer, 'hex');
  if (request.known.has(digest)) return true;
  try {
    const isRightNow = isClose(answerIn(response, request), request.golden32, request.tolerance);
    if (isRightNow) request.known.add(digest);
    return isRightNow;
  } catch {
    // An answer that can't be read is an answer, and a wrong one.
    return false;
  }
}

function answerIn(response: Response, { answersIn }: Asked): ArrayLike<number> {
  if (answersIn === 'bytes') {
    const body = response.body as ArrayBuffer;
    return new Float32Array(body.slice(Number(response.headers['Inference-Header-Content-Length'] ?? 0)));
  }
  const { outputs, probabilities } = response.json() as unknown as {
    outputs?: { data: number[] }[];
    probabilities?: number[][];
  };
  return outputs ? outputs[0]!.data : probabilities!.flat();
}

function isClose(values: ArrayLike<number>, expected: Float32Array, tolerance: number): boolean {
  if (values.length !== expected.length) return false;
  for (let i = 0; i < expected.length; i += 1)
    if (!(Math.abs(values[i]! - expected[i]!) <= tolerance)) return false;
  return true;
}
