// Plays a tape of jobs: each is sent at its planned instant, and asked for by the scenario's schedule until it has
// ended. A job may take a minute and thousands are under way, so each virtual user looks after many at a time.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Trend } from 'k6/metrics';
import { setTimeout } from 'k6/timers';
import type { LoadFile, LoadRequest } from '../harness/contract/load.ts';
import { FIRST, packSample, SAMPLE_FIELD, SAMPLE_METRIC, type Sample } from '../harness/contract/sample.ts';
import { type InferAnswer, indexOfLargest, judgeAnswer, NO_ANSWER } from './answers.ts';
import { askForStart } from './start.ts';

type Response = RefinedResponse<'text'>;

const samples = new Trend(SAMPLE_METRIC);

const load = (): LoadFile => JSON.parse(open(__ENV.LOAD!)) as LoadFile;
const settings = new SharedArray('settings', () => {
  const { atMs, request: _request, requests: _requests, twice: _twice, poison: _poison, ...rest } = load();
  return [{ ...rest, count: atMs.length }];
})[0]!;
/** Planned milliseconds after t0, position in `requests`, whether it is sent twice, whether it is poison. */
type Entry = [atMs: number, request: number, twice: boolean, poison: boolean];
const tape = new SharedArray('tape', () => {
  const { atMs, request, twice, poison } = load();
  const [isTwice, isPoison] = [new Set(twice), new Set(poison)];
  return atMs.map((at, i): Entry => [at, request[i]!, isTwice.has(i), isPoison.has(i)]);
});
const requests = new SharedArray('requests', () => load().requests);
const client = settings.jobs!;
const origin = /^https?:\/\/[^/]+/.exec(settings.targetUrl)![0];

export const options = {
  systemTags: [],
  summaryTrendStats: ['count'],
  discardResponseBodies: false,
  // Connections that a virtual user keeps.
  batchPerHost: 64,
  scenarios: {
    tape: {
      executor: 'per-vu-iterations',
      vus: settings.vus,
      iterations: 1,
      maxDuration: `${settings.maxDurationSeconds}s`,
      gracefulStop: '1s',
    },
  },
};

export function setup(): { t0: number } {
  return askForStart(settings.startUrl);
}

/** Each virtual user has the jobs whose position leaves its own number, so that all have as many at any time. */
export default async function play({ t0 }: { t0: number }): Promise<void> {
  const underWay: Promise<void>[] = [];
  for (let index = exec.vu.idInTest - 1; index < settings.count; index += settings.vus) {
    const entry = tape[index]!;
    const plannedAt = t0 + entry[0];
    await until(plannedAt);
    underWay.push(doJob(index, t0, entry));
  }
  await Promise.all(underWay);
}

function until(instant: number): Promise<void> | undefined {
  const wait = instant - Date.now();
  return wait > 0 ? pause(wait) : undefined;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function doJob(index: number, t0: number, [atMs, position, twice, isPoison]: Entry): Promise<void> {
  const request = JSON.parse(requests[position]!) as LoadRequest;
  const plannedAt = t0 + atMs;
  const job = { index, body: isPoison ? settings.poisonBody : request.body };
  const sentAt = Date.now();
  const sends = await Promise.all(twice ? [send(job), send(job)] : [send(job)]);
  const { answer, brokeOff } = sends[0]!;
  const fates = await Promise.all(distinct(sends).map((job) => follow(job, plannedAt, t0)));
  const seen = fates[0];
  const { blocked, connecting, duration } = answer.timings;
  report({
    index,
    latenessMs: Math.max(0, sentAt - plannedAt),
    connectMs: answer.status === 0 ? 0 : blocked + connecting,
    // Until it was seen that it had ended: a clock of whole milliseconds does.
    serviceMs: seen || answer.status === 0 || brokeOff !== 0 ? Date.now() - sentAt : duration,
    status: answer.status,
    errorCode: brokeOff === 0 ? answer.error_code : brokeOff,
    ...(seen ? fateOf(seen, request, isPoison) : judge(answer, request)),
    ...(seen ? jobFacts(duration, fates, firstOf(answer, request, seen)) : {}),
  });
}

function jobFacts(ackMs: number, fates: readonly Fate[], first: number) {
  const effects = fates.filter(({ state }) => state === 'done').length;
  return { ackMs, effects, ...(first === 0 ? {} : { first }) };
}

/** What the acknowledgement carried as a first answer, as bits; 0 where it carried none. */
function firstOf(answer: Response, request: LoadRequest, { result }: Fate): number {
  try {
    const { preliminary } = answer.json() as unknown as { preliminary?: InferAnswer };
    if (!preliminary) return 0;
    const { faithful, right } = judgeAnswer(preliminary, request, settings.tolerance);
    const isSame = result !== undefined && classOf(result) === classOf(preliminary);
    return (
      FIRST.came +
      (faithful ? FIRST.faithful : 0) +
      (right ? FIRST.right : 0) +
      (isSame ? FIRST.sameClass : 0)
    );
  } catch {
    return 0;
  }
}

function classOf({ outputs }: InferAnswer): number {
  return indexOfLargest(outputs[0]!.data);
}

interface Sent {
  /** The last one. */
  answer: Response;
  /** k6's error code of the first try that broke off without an answer; 0 where none did. */
  brokeOff: number;
}

/** Sends, and again with the same key where a connection broke: nobody knows then whether it was taken. */
async function send({ index, body }: { index: number; body: string }): Promise<Sent> {
  let brokeOff = 0;
  for (const again of [...client.sendAgainAfterMs, null]) {
    const answer = await http.asyncRequest('POST', settings.targetUrl, body, {
      headers: {
        'Content-Type': 'application/json',
        Prefer: 'respond-async',
        'Idempotency-Key': `${settings.startUrl}-${index}`,
      },
      timeout: client.callTimeoutMs,
    });
    if (again === null || answer.status !== 0 || TIMEOUTS.includes(answer.error_code))
      return { answer: answer as Response, brokeOff };
    if (brokeOff === 0) brokeOff = answer.error_code;
    await pause(again);
  }
  throw new Error('unreachable');
}

/** One that took too long may still be taken: its client gives it up, as it would any other call. */
const TIMEOUTS = [1050, 1211];

interface Accepted {
  location: string;
  /** How long the server wants nobody to ask for it. */
  retryAfterMs: number;
}

/** The jobs that a request became: one, unless the server took it twice. */
function distinct(sends: Sent[]): Accepted[] {
  const jobs = new Map<string, Accepted>();
  for (const { answer } of sends) {
    if (answer.status !== 202) continue;
    const location = answer.headers['Location'] ?? '';
    jobs.set(location, { location, retryAfterMs: retryAfterMs(answer) });
  }
  return [...jobs.values()];
}

interface Fate {
  state: string;
  result?: InferAnswer;
}

/** Asks for a job until it has ended, or is unknown, or the client's patience is over. */
async function follow({ location, retryAfterMs }: Accepted, plannedAt: number, t0: number): Promise<Fate> {
  // The schedule begins anew whenever the server says until when it is no use to ask.
  let from = Date.now() + retryAfterMs;
  const givesUpAt = Math.min(plannedAt + settings.clientTimeoutMs, t0 + settings.lastPollAtMs);
  let fate: Fate = { state: 'pending' };
  let at = from + pollAfterMs(0);
  for (let poll = 0, misses = 0; ; ) {
    await until(Math.min(at, givesUpAt));
    const asked = await ask(location);
    fate = asked.fate ?? fate;
    if (ENDED.includes(fate.state) || at >= givesUpAt) return fate;
    misses = asked.fate ? 0 : misses + 1;
    if (asked.retryAfterMs > 0) [from, poll] = [Date.now() + asked.retryAfterMs, 0];
    else if (asked.fate) poll += 1;
    at = misses === 0 ? from + pollAfterMs(poll) : Math.max(from, Date.now() + askAgainAfterMs(misses));
  }
}

const ENDED = ['done', 'failed'];

function pollAfterMs(poll: number): number {
  const { pollAfterMs: first, pollEveryMs } = client;
  const last = first.length - 1;
  return poll <= last ? first[poll]! : first[last]! + (poll - last) * pollEveryMs;
}

/** Twice as long with each question that had no answer: else those that a server can't answer keep it so. */
function askAgainAfterMs(misses: number): number {
  return Math.min(client.askAgainAfterMs * 2 ** (misses - 1), client.pollEveryMs);
}

/** What the server says of a job, null where it says nothing, and how long it wants to be left alone. */
async function ask(location: string): Promise<{ fate: Fate | null; retryAfterMs: number }> {
  const answer = await http.asyncRequest('GET', `${origin}${location}`, null, {
    timeout: client.callTimeoutMs,
  });
  return { fate: fateIn(answer as Response), retryAfterMs: retryAfterMs(answer as Response) };
}

function fateIn(answer: Response): Fate | null {
  if (answer.status !== 200 && answer.status !== 404) return null;
  try {
    const { status, result } = answer.json() as unknown as { status: string; result?: InferAnswer };
    return { state: status, ...(result ? { result } : {}) };
  } catch {
    return null;
  }
}

function retryAfterMs({ headers }: Response): number {
  return 1000 * Number(headers['Retry-After'] ?? 0);
}

/** A sample has the status of a plain answer: 200 where the job ended as it must, 202 where it has not ended. */
function fateOf({ state, result }: Fate, request: LoadRequest, isPoison: boolean) {
  // What the model has no answer to must fail, and that is its right answer.
  if (isPoison) {
    const isRight = state === 'failed';
    const status = isRight ? 200 : state === 'done' ? 500 : 202;
    return {
      ...NO_ANSWER,
      status,
      servedBy: isRight ? 'primary' : '',
      reason: state,
      faithful: isRight,
      right: isRight,
    };
  }
  if (!result) return { ...NO_ANSWER, status: state === 'failed' ? 500 : 202, reason: state };
  return {
    ...judgeOrNot(() => judgeAnswer(result, request, settings.tolerance)),
    status: 200,
    reason: state,
  };
}

/** Of a server that answers at once, as it may. */
function judge(answer: Response, request: LoadRequest) {
  if (answer.status !== 200) return NO_ANSWER;
  return judgeOrNot(() => judgeAnswer(answer.json() as unknown as InferAnswer, request, settings.tolerance));
}

/** An answer that can't be read is an answer, and a wrong one. */
function judgeOrNot(of: () => typeof NO_ANSWER): typeof NO_ANSWER {
  try {
    return of();
  } catch {
    return NO_ANSWER;
  }
}

function report(sample: Sample): void {
  const metadata = exec.vu.metrics.metadata as Record<string, string>;
  metadata[SAMPLE_FIELD] = packSample(sample);
  samples.add(sample.serviceMs);
  delete metadata[SAMPLE_FIELD];
}
