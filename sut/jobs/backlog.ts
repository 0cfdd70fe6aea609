import type { Broker, StreamCounts } from './broker.ts';
import { JOBS, RESULTS } from './streams.ts';

const LOOK_EVERY_MS = 500;
/** The pace is that of the last so many looks. */
const LOOKS = 6;
/** Nobody is sent away for longer: the pace may be another by then. */
const LONGEST_SECONDS = 20;

/** What the two streams said at one moment, in milliseconds of a clock that doesn't jump. */
export interface Look {
  at: number;
  jobs: Pick<StreamCounts, 'messages' | 'last_seq'>;
  results: Pick<StreamCounts, 'last_seq'>;
}

/**
 * Whole seconds until the job at `seq` has probably ended: those before it, at the pace of the last looks (oldest
 * first). 0 where that is less than one second, or nothing is known; nobody comes near the end for nothing then.
 */
export function secondsUntilEnded(seq: number, looks: readonly Look[]): number {
  const [oldest, newest] = [looks[0], looks.at(-1)];
  if (!oldest || !newest || newest.at === oldest.at) return 0;
  // Those behind it are all still there; jobs after the newest look came after all that it counted.
  const before = newest.jobs.messages - (newest.jobs.last_seq - seq);
  const seconds = (newest.at - oldest.at) / 1000;
  const perSecond = (newest.results.last_seq - oldest.results.last_seq) / seconds;
  const wait = before / perSecond;
  if (before <= 0 || wait < 1) return 0;
  return Math.min(LONGEST_SECONDS, Math.ceil(wait));
}

/** Looks at the queue for as long as the service lives, so that clients can be told when to come back. */
export function watchBacklog(broker: Broker) {
  const looks: Look[] = [];
  const look = async () => {
    const [jobs, results] = await Promise.all([broker.countsOf(JOBS), broker.countsOf(RESULTS)]);
    if (!jobs || !results) return;
    looks.push({ at: performance.now(), jobs, results });
    if (looks.length > LOOKS) looks.shift();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    secondsUntilEnded: (seq: number) => secondsUntilEnded(seq, looks),
    close: () => clearInterval(timer),
  };
}
