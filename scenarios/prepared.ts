// Plays a tape of few large requests. Bodies are bytes that each virtual user has from the start, and answers are
// checked as bytes, so that the generator is not what is measured.
import crypto from 'k6/crypto';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import type { PreparedRequest } from '../harness/contract/load.ts';
import { isClose, NO_ANSWER } from './answers.ts';
import { playRequests, requests, settings, tapeOptions } from './tape.ts';

export { setup } from './tape.ts';
export const options = tapeOptions;

/** Of many rows there is no one label: right is what the model says. */
const RIGHT = { ...NO_ANSWER, faithful: true, right: true };

type Response = RefinedResponse<ResponseType>;

interface Asked extends PreparedRequest {
  sent: ArrayBuffer;
  how: { headers: Record<string, string>; timeout: number; responseType: ResponseType };
  golden32: Float32Array;
  /** Digests of answers that were found right, number by number: the same bytes are right again. */
  known: Set<string>;
}

const described = Array.from(requests, (text) => JSON.parse(text) as PreparedRequest);
const all = open(described[0]!.file, 'b');
/** As `requests`; each is made ready once. */
const asked = described.map(
  (request): Asked => ({
    ...request,
    sent: all.slice(...request.bytes),
    how: {
      headers: request.headers,
      timeout: settings.clientTimeoutMs,
      responseType: request.answersIn === 'json' ? 'text' : 'binary',
    },
    golden32: new Float32Array(all.slice(...request.answer)),
    known: new Set(),
  }),
);
const { targetUrl } = settings;

export default function play({ t0 }: { t0: number }): Promise<void> {
  return playRequests(t0, { read: (position) => asked[position]!, send, judge });
}

function send({ sent, how }: Asked): Promise<Response> {
  return http.asyncRequest('POST', targetUrl, sent, how);
}

function judge(response: Response, request: Asked) {
  const faithful = response.status === 200 && isRight(response, request);
  return faithful ? RIGHT : NO_ANSWER;
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
