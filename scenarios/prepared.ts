// Plays a tape of few large requests: iteration i sleeps until its planned instant and sends. Bodies are bytes that
// each virtual user has from the start, and answers are checked as bytes, so that the generator is not what is measured.
import { sleep } from 'k6';
import crypto from 'k6/crypto';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { Trend } from 'k6/metrics';
import type { LoadFile, PreparedRequest } from '../harness/contract/load.ts';
import { packSample, SAMPLE_FIELD, SAMPLE_METRIC } from '../harness/contract/sample.ts';
import { NO_ANSWER } from './answers.ts';
import { askForStart } from './start.ts';

type Response = RefinedResponse<ResponseType>;

const samples = new Trend(SAMPLE_METRIC);

const load = (): LoadFile => JSON.parse(open(__ENV.LOAD!)) as LoadFile;
const settings = new SharedArray('settings', () => {
  const { atMs, request: _request, requests: _requests, ...rest } = load();
  return [{ ...rest, iterations: atMs.length }];
})[0]!;
const tape = new SharedArray('tape', () => {
  const { atMs, request } = load();
  return atMs.map((at, i): [number, number] => [at, request[i]!]);
});
const described = new SharedArray('requests', () =>
  load().requests.map((text) => JSON.parse(text) as PreparedRequest),
);

interface Asked extends PreparedRequest {
  sent: ArrayBuffer;
  golden32: Float32Array;
  /** Digests of answers that were found right, number by number: the same bytes are right again. */
  known: Set<string>;
}

const all = open(described[0]!.file, 'b');
const asked = Array.from({ length: described.length }, (_, i): Asked => {
  const request = described[i]!;
  return {
    ...request,
    sent: all.slice(...request.bytes),
    golden32: new Float32Array(all.slice(...request.answer)),
    known: new Set(),
  };
});

export const options = {
  systemTags: [],
  summaryTrendStats: ['count'],
  discardResponseBodies: false,
  scenarios: {
    tape: {
      executor: 'shared-iterations',
      vus: settings.vus,
      iterations: settings.iterations,
      maxDuration: `${settings.maxDurationSeconds}s`,
      gracefulStop: '1s',
    },
  },
};

export function setup(): { t0: number } {
  return askForStart(settings.startUrl);
}

export default function play({ t0 }: { t0: number }): void {
  const index = exec.scenario.iterationInTest;
  const entry = tape[index];
  if (entry === undefined) return;
  const request = asked[entry[1]]!;
  const plannedAt = t0 + entry[0];
  const wait = plannedAt - Date.now();
  if (wait > 0) sleep(wait / 1000);
  const sentAt = Date.now();
  const response = http.post(settings.targetUrl, request.sent, {
    headers: request.headers,
    timeout: settings.clientTimeoutMs,
    responseType: request.answersIn === 'json' ? 'text' : 'binary',
  }) as Response;
  report(index, Math.max(0, sentAt - plannedAt), Date.now() - sentAt, response, request);
}

function report(
  index: number,
  latenessMs: number,
  elapsedMs: number,
  response: Response,
  request: Asked,
): void {
  const { blocked, connecting, duration } = response.timings;
  const answered = response.status !== 0;
  const serviceMs = answered ? duration : elapsedMs;
  const faithful = response.status === 200 && isRight(response, request);
  const metadata = exec.vu.metrics.metadata as Record<string, string>;
  metadata[SAMPLE_FIELD] = packSample({
    index,
    latenessMs,
    connectMs: answered ? blocked + connecting : 0,
    serviceMs,
    status: response.status,
    errorCode: response.error_code,
    ...NO_ANSWER,
    faithful,
    // Of many rows there is no one label: right is what the model says.
    right: faithful,
  });
  samples.add(serviceMs);
  delete metadata[SAMPLE_FIELD];
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
