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

/**
 * Seconds until the job at `seq` has probably ended: those before it in the queue, at the highest pace of late. A pace
 * is no higher than what there was to do, and nothing while the model server is away, so the highest is the best guess.
 * 0 where nothing ended of late.
 */
export function secondsUntilEnded(seq: number, { jobs }: Look, paces: readonly number[]): number {
  // Those behind it are all still there; jobs after the look came after all that it counted.
  const before = jobs.messages - (jobs.last_seq - seq);
  const pace = Math.max(0, ...paces);
  return before <= 0 || pace === 0 ? 0 : before / pace;
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
export function watchBacklog(broker: Broker): Backlog {
  const looks: Look[] = [];
  const paces: number[] = [];
  let lastSeq = 0;
  const look = async () => {
    const [jobs, results] = await Promise.all([broker.countsOf(JOBS), broker.countsOf(RESULTS)]);
    if (!jobs || !results) return;
    looks.push({ at: performance.now(), jobs, results });
    lastSeq = Math.max(lastSeq, jobs.last_seq);
    if (looks.length <= SPAN) return;
    paces.push(paceOf(looks.shift()!, looks.at(-1)!));
    if (paces.length > PACES) paces.shift();
  };
  const seconds = (seq: number) => {
    const newest = looks.at(-1);
    return newest ? secondsUntilEnded(seq, newest, paces) : 0;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    took(seq) {
      lastSeq = Math.max(lastSeq, seq);
      return seconds(seq);
    },
    secondsUntilEnded: seconds,
    secondsOfNext: () => seconds(lastSeq + 1),
    close: () => clearInterval(timer),
  };
}
