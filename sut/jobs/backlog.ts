import type { Broker, StreamCounts } from './broker.ts';
import { JOBS, RESULTS } from './streams.ts';

const LOOK_EVERY_MS = 500;
/** Looks that a pace is taken over. */
const SPAN = 6;
/** Paces that are remembered: those of a minute. */
const PACES = 120;

/** What the two streams said at one moment, in milliseconds of a clock that doesn't jump. */
export interface Look {
  at: number;
  jobs: Pick<StreamCounts, 'messages' | 'last_seq'>;
  results: Pick<StreamCounts, 'last_seq'>;
}

/** Results a second between two looks. */
export function paceOf(older: Look, newer: Look): number {
  return (newer.results.last_seq - older.results.last_seq) / ((newer.at - older.at) / 1000);
}

/** Jobs that are in the queue before the one at `seq`. */
export function jobsBefore(seq: number, { jobs }: Look): number {
  // Those behind it are all still there; jobs after the look came after all that it counted.
  return Math.max(0, jobs.messages - (jobs.last_seq - seq));
}

/**
 * Seconds until so many jobs have probably ended: at the highest pace of late. A pace is no higher than what there was
 * to do, and nothing while the model server is away, so the highest is the best guess. 0 where nothing ended of late.
 */
export function secondsFor(jobs: number, paces: readonly number[]): number {
  const pace = Math.max(0, ...paces);
  return pace === 0 ? 0 : jobs / pace;
}

/** What is known of the queue, so that clients can be told when to come back. */
export interface Backlog {
  /** Notes a job that the broker took, and tells the seconds until it has probably ended. */
  took(seq: number): number;
  secondsUntilEnded(seq: number): number;
  /** The same of a job that would be taken now. */
  secondsOfNext(): number;
  close(): void;
}

/** Looks at the queue for as long as the service lives. */
export function watchBacklog(broker: Pick<Broker, 'countsOf'>): Backlog {
  const looks: Look[] = [];
  const paces: number[] = [];
  /** Counted, not told from sequence numbers: those begin again with a broker that keeps jobs in its memory. */
  let takenSince = 0;
  const look = async () => {
    const [jobs, results] = await Promise.all([broker.countsOf(JOBS), broker.countsOf(RESULTS)]);
    if (!jobs || !results) return;
    looks.push({ at: performance.now(), jobs, results });
    takenSince = 0;
    if (looks.length <= SPAN) return;
    paces.push(paceOf(looks.shift()!, looks.at(-1)!));
    if (paces.length > PACES) paces.shift();
  };
  const secondsUntilEnded = (seq: number) => {
    const newest = looks.at(-1);
    return newest ? secondsFor(jobsBefore(seq, newest), paces) : 0;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    took(seq) {
      takenSince += 1;
      return secondsUntilEnded(seq);
    },
    secondsUntilEnded,
    secondsOfNext: () => secondsFor((looks.at(-1)?.jobs.messages ?? 0) + takenSince, paces),
    close: () => clearInterval(timer),
  };
}
