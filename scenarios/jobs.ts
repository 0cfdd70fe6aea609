// Plays a tape of jobs: each is sent at its planned instant, and asked for by the scenario's schedule until it has
// ended. A job may take a minute and thousands are under way.
import http, { type RefinedResponse } from 'k6/http';
import type { LoadRequest } from '../harness/contract/load.ts';
import { FIRST } from '../harness/contract/sample.ts';
import { type InferAnswer, indexOfLargest, judgeAnswer, NO_ANSWER } from './answers.ts';
import { marks, pause, playTape, report, requests, settings, tapeOptions, until } from './tape.ts';

export { setup } from './tape.ts';
export const options = tapeOptions;

type Response = RefinedResponse<'text'>;

const [twice, poison] = Array.from(marks, (positions) => new Set(positions));
const client = settings.jobs!;
const origin = /^https?:\/\/[^/]+/.exec(settings.targetUrl)![0];

interface JobEntry {
  request: LoadRequest;
  twice: boolean;
  isPoison: boolean;
}

export default function play({ t0 }: { t0: number }): Promise<void> {
  return playTape<JobEntry>(t0, {
    read: (index, position) => ({
      request: JSON.parse(requests[position]!) as LoadRequest,
      twice: twice!.has(index),
      isPoison: poison!.has(index),
    }),
    send: (entry, { index, plannedAt }) => doJob(entry, { index, plannedAt, t0 }),
  });
}

async function doJob(
  { request, twice, isPoison }: JobEntry,
  { index, plannedAt, t0 }: { index: number; plannedAt: number; t0: number },
): Promise<void> {
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
