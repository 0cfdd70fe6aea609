import type { BurnRate, Rang } from '#contract/budget.ts';
import { missShare } from './burn-rates.ts';

/** What came to be known, second by second. */
export interface Series {
  /** Where it begins: seconds after t0. */
  fromSecond: number;
  seconds: readonly { total: number; misses: number }[];
  /** Requests per second of the time before it, which the windows reach back into. */
  ratePerSecond: number;
}

type Ring = Pick<Rang, 'fromSecond' | 'toSecond'>;

/** Differences below this share are dust of binary fractions. */
const DUST = 1e-9;

/**
 * When an alert would have rung, looked at at the end of every second: while misses ÷ requests has reached the burn
 * rate in the long window and in the short one.
 *
 * A window that reaches back before the series holds so many requests more, at the planned rate and without a miss:
 * production has a history, and what was not seen must not ring. So a young window rings at the same number of misses
 * as a full one, never at three of the first ten requests.
 */
export function looksThatRing(series: Series, rule: BurnRate, target: number, leastRequests: number): Ring[] {
  const sums = runningSums(series);
  const share = missShare(rule, target);
  const burns = (look: number, windowSeconds: number, least: number) => {
    const { total, misses } = windowBefore(sums, look, windowSeconds, series.ratePerSecond);
    return misses > 0 && total >= least && misses >= share * total * (1 - DUST);
  };
  const rings: Ring[] = [];
  let since: number | null = null;
  for (let look = 1; look <= series.seconds.length; look += 1) {
    const isRinging = burns(look, rule.longSeconds, leastRequests) && burns(look, rule.shortSeconds, 0);
    if (isRinging) since ??= look;
    if (isRinging || since === null) continue;
    rings.push({ fromSecond: series.fromSecond + since, toSecond: series.fromSecond + look });
    since = null;
  }
  return since === null ? rings : [...rings, { fromSecond: series.fromSecond + since, toSecond: null }];
}

interface Counts {
  total: number;
  misses: number;
}

/** At `[n]` the sums over the first n seconds. */
function runningSums({ seconds }: Series): Counts[] {
  const sums: Counts[] = [{ total: 0, misses: 0 }];
  for (const { total, misses } of seconds) {
    const last = sums.at(-1)!;
    sums.push({ total: last.total + total, misses: last.misses + misses });
  }
  return sums;
}

function windowBefore(
  sums: readonly Counts[],
  look: number,
  windowSeconds: number,
  ratePerSecond: number,
): Counts {
  const start = sums[Math.max(0, look - windowSeconds)]!;
  const end = sums[look]!;
  const unseenSeconds = Math.max(0, windowSeconds - look);
  return {
    total: end.total - start.total + unseenSeconds * ratePerSecond,
    misses: end.misses - start.misses,
  };
}
