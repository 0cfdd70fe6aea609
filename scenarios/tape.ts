// What every scenario that sends one request an iteration shares: iteration i sleeps until its planned instant, sends,
// and reports how it went.
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import type { RefinedResponse, ResponseType } from 'k6/http';
import { Trend } from 'k6/metrics';
import type { LoadFile } from '../harness/contract/load.ts';
import { packSample, SAMPLE_FIELD, SAMPLE_METRIC } from '../harness/contract/sample.ts';
import type { NO_ANSWER } from './answers.ts';
import { askForStart } from './start.ts';

const samples = new Trend(SAMPLE_METRIC);

// Each SharedArray is filled once and shared by all virtual users; `settings` is small.
const load = (): LoadFile => JSON.parse(open(__ENV.LOAD!)) as LoadFile;
export const settings = new SharedArray('settings', () => {
  const { atMs, request: _request, requests: _requests, ...rest } = load();
  return [{ ...rest, iterations: atMs.length }];
})[0]!;
const tape = new SharedArray('tape', () => {
  const { atMs, request } = load();
  return atMs.map((at, i): [number, number] => [at, request[i]!]);
});
export const requests = new SharedArray('requests', () => load().requests);

export const tapeOptions = {
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

/** What is done with a request of the tape. */
interface Play<Request, Type extends ResponseType> {
  /** Before its instant, so that it costs no lateness. */
  read(text: string): Request;
  /** At its instant. */
  send(request: Request): RefinedResponse<Type>;
  judge(response: RefinedResponse<Type>, request: Request): typeof NO_ANSWER;
}

/** Plays this iteration's entry of the tape. */
export function playEntry<Request, Type extends ResponseType>(
  t0: number,
  { read, send, judge }: Play<Request, Type>,
): void {
  const index = exec.scenario.iterationInTest;
  const entry = tape[index];
  if (entry === undefined) return;
  const request = read(requests[entry[1]]!);
  const plannedAt = t0 + entry[0];
  const wait = plannedAt - Date.now();
  if (wait > 0) sleep(wait / 1000);
  const sentAt = Date.now();
  const response = send(request);
  const elapsedMs = Date.now() - sentAt;
  const { blocked, connecting, duration } = response.timings;
  const answered = response.status !== 0;
  // Without an answer k6's timings are those of a request that never ended; the clock is coarser, and true.
  const serviceMs = answered ? duration : elapsedMs;
  const metadata = exec.vu.metrics.metadata as Record<string, string>;
  metadata[SAMPLE_FIELD] = packSample({
    index,
    latenessMs: Math.max(0, sentAt - plannedAt),
    connectMs: answered ? blocked + connecting : 0,
    serviceMs,
    status: response.status,
    errorCode: response.error_code,
    ...judge(response, request),
  });
  samples.add(serviceMs);
  delete metadata[SAMPLE_FIELD];
}
