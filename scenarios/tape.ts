// What every scenario shares: each entry of the tape is sent at its planned instant, whatever is still under way, and
// reported. A few virtual users have any number of requests under way; each has those entries whose position leaves
// its own number, so that all have as many at any time.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import type { RefinedResponse, ResponseType } from 'k6/http';
import { Trend } from 'k6/metrics';
import { setTimeout } from 'k6/timers';
import type { LoadFile } from '../harness/contract/load.ts';
import { packSample, SAMPLE_FIELD, SAMPLE_METRIC, type Sample } from '../harness/contract/sample.ts';
import type { NO_ANSWER } from './answers.ts';
import { askForStart } from './start.ts';

const samples = new Trend(SAMPLE_METRIC);

// Each SharedArray is filled once, by whoever is first, and shared by all virtual users; `settings` is small.
let loaded: LoadFile | undefined;
function load(): LoadFile {
  loaded ??= JSON.parse(open(__ENV.LOAD!)) as LoadFile;
  return loaded;
}
export const settings = new SharedArray('settings', () => {
  const { atMs, request: _request, requests: _requests, twice: _twice, poison: _poison, ...rest } = load();
  return [{ ...rest, count: atMs.length }];
})[0]!;
// Of numbers, not of entries: k6 reads an object anew, and freezes it, each time that it is asked for.
const plannedAtMs = new SharedArray('plannedAtMs', () => load().atMs);
const requestOf = new SharedArray('requestOf', () => load().request);
export const requests = new SharedArray('requests', () => load().requests);
/** Positions on the tape. */
export const marks = new SharedArray('marks', () => [load().twice, load().poison]);
loaded = undefined;

/** Connections that a virtual user keeps: as many as it has had requests under way. */
const CONNECTIONS = 100_000;

export const tapeOptions = {
  // Each tag multiplies the work of the metrics engine; the sample carries all that is judged.
  systemTags: [],
  summaryTrendStats: ['count'],
  discardResponseBodies: false,
  batch: CONNECTIONS,
  batchPerHost: CONNECTIONS,
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

/** What a scenario does with each entry of the tape. */
interface Play<Entry> {
  /** By position on the tape, and in `requests`; before its instant, so that it costs no lateness. */
  read(index: number, position: number): Entry;
  /** At its instant. */
  send(entry: Entry, at: { index: number; plannedAt: number }): Promise<void>;
}

/**
 * Plays the entries of this virtual user; ends when all of them have. By callbacks: to await each instant and each
 * answer would cost k6 a promise and a function to go on with, for every request.
 */
export function playTape<Entry>(t0: number, { read, send }: Play<Entry>): Promise<void> {
  let index = exec.vu.idInTest - 1 - settings.vus;
  let underWay = 0;
  const readNext = () => {
    index += settings.vus;
    if (index >= settings.count) return undefined;
    return { index, plannedAt: t0 + plannedAtMs[index]!, entry: read(index, requestOf[index]!) };
  };
  return new Promise((resolve, reject) => {
    let next = readNext();
    const end = () => {
      if (!next && underWay === 0) resolve();
    };
    const ended = () => {
      underWay -= 1;
      end();
    };
    const sendWhatIsDue = () => {
      while (next) {
        const wait = next.plannedAt - Date.now();
        if (wait > 0) {
          setTimeout(sendWhatIsDue, wait);
          return;
        }
        underWay += 1;
        send(next.entry, next).then(ended, reject);
        next = readNext();
      }
      end();
    };
    sendWhatIsDue();
  });
}

export function until(instant: number): Promise<void> | undefined {
  const wait = instant - Date.now();
  return wait > 0 ? pause(wait) : undefined;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What a scenario of one request an entry does with it. */
interface PlayRequest<Request, Type extends ResponseType> {
  /** By its position in `requests`. */
  read(position: number): Request;
  send(request: Request): Promise<RefinedResponse<Type>>;
  judge(response: RefinedResponse<Type>, request: Request): typeof NO_ANSWER;
}

/** Plays the entries of this virtual user, each as one request. */
export function playRequests<Request, Type extends ResponseType>(
  t0: number,
  { read, send, judge }: PlayRequest<Request, Type>,
): Promise<void> {
  return playTape<Request>(t0, {
    read: (_, position) => read(position),
    send(request, { index, plannedAt }) {
      const sentAt = Date.now();
      return send(request).then((response) => {
        const elapsedMs = Date.now() - sentAt;
        const { blocked, connecting, duration } = response.timings;
        const answered = response.status !== 0;
        const { servedBy, reason, version, faithful, right } = judge(response, request);
        report({
          index,
          latenessMs: Math.max(0, sentAt - plannedAt),
          connectMs: answered ? blocked + connecting : 0,
          // Without an answer k6's timings are those of a request that never ended; the clock is coarser, and true.
          serviceMs: answered ? duration : elapsedMs,
          status: response.status,
          errorCode: response.error_code,
          servedBy,
          reason,
          version,
          faithful,
          right,
        });
      });
    },
  });
}

/** Looks at whatever is under way when it is asked; making it takes k6 longer than asking it. */
let metadata: Record<string, string> | undefined;

export function report(sample: Sample): void {
  metadata ??= exec.vu.metrics.metadata as Record<string, string>;
  metadata[SAMPLE_FIELD] = packSample(sample);
  samples.add(sample.serviceMs);
  delete metadata[SAMPLE_FIELD];
}
