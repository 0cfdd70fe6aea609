// Plays a tape of inference requests: iteration i sleeps until its planned instant and sends.
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Trend } from 'k6/metrics';
import type { LoadFile, LoadRequest } from '../harness/contract/load.ts';
import { packSample, SAMPLE_FIELD, SAMPLE_METRIC } from '../harness/contract/sample.ts';
import { type InferAnswer, judgeAnswer, NO_ANSWER } from './answers.ts';
import { askForStart } from './start.ts';

const samples = new Trend(SAMPLE_METRIC);

// Each SharedArray is filled once and shared by all virtual users; `settings` is small.
const load = (): LoadFile => JSON.parse(open(__ENV.LOAD!)) as LoadFile;
const settings = new SharedArray('settings', () => {
  const { atMs, request: _request, requests: _requests, ...rest } = load();
  return [{ ...rest, iterations: atMs.length }];
})[0]!;
const tape = new SharedArray('tape', () => {
  const { atMs, request } = load();
  return atMs.map((at, i): [number, number] => [at, request[i]!]);
});
const requests = new SharedArray('requests', () => load().requests);

export const options = {
  // Each tag multiplies the work of the metrics engine; the sample carries all that is judged.
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
  // Parsed before the wait, so that it costs no lateness.
  const request = JSON.parse(requests[entry[1]]!) as LoadRequest;
  const plannedAt = t0 + entry[0];
  const wait = plannedAt - Date.now();
  if (wait > 0) sleep(wait / 1000);
  const sentAt = Date.now();
  const response = http.post(settings.targetUrl, request.body, {
    headers: { 'Content-Type': 'application/json' },
    timeout: settings.clientTimeoutMs,
  });
  report(index, Math.max(0, sentAt - plannedAt), Date.now() - sentAt, response, request);
}

function report(
  index: number,
  latenessMs: number,
  elapsedMs: number,
  response: RefinedResponse<'text'>,
  request: LoadRequest,
): void {
  const { blocked, connecting, duration } = response.timings;
  const answered = response.status !== 0;
  // Without an answer k6's timings are those of a request that never ended; the clock is coarser, and true.
  const serviceMs = answered ? duration : elapsedMs;
  const metadata = exec.vu.metrics.metadata as Record<string, string>;
  metadata[SAMPLE_FIELD] = packSample({
    index,
    latenessMs,
    connectMs: answered ? blocked + connecting : 0,
    serviceMs,
    status: response.status,
    errorCode: response.error_code,
    ...judge(response, request),
  });
  samples.add(serviceMs);
  delete metadata[SAMPLE_FIELD];
}

function judge(response: RefinedResponse<'text'>, request: LoadRequest) {
  if (response.status !== 200) return NO_ANSWER;
  try {
    return judgeAnswer(response.json() as unknown as InferAnswer, request, settings.tolerance);
  } catch {
    // An answer that can't be read is an answer, and a wrong one.
    return NO_ANSWER;
  }
}
