import type { TrialProgress } from '#harness/trial.ts';
import { type Second, secondOf, settledSeconds } from './figures.ts';

/** A second of a trial with the fault that was in place when it began; null for none. */
export interface LiveSecond extends Second {
  fault: string | null;
}

/** More seconds of a trial than these are not shown: the first of them go. */
const MOST_SECONDS = 600;

export interface History {
  /** Takes in what a trial shows now; its seconds so far, in order. Each is worked out once, when it is settled. */
  add(progress: TrialProgress): readonly LiveSecond[];
}

export function createHistory(): History {
  let trial = '';
  let done = 0;
  let seconds: LiveSecond[] = [];
  let faultAt = new Map<number, string>();
  return {
    add(progress) {
      const { experiment, stage, elapsedMs, activeFault } = progress;
      const name = `${experiment.name}/${progress.trial.id}`;
      if (name !== trial || stage === 'starting') {
        trial = name;
        done = 0;
        seconds = [];
        faultAt = new Map();
      }
      if (stage !== 'playing') return seconds;
      if (activeFault !== null) faultAt.set(Math.floor(elapsedMs / 1000), activeFault);
      for (const last = settledSeconds(progress); done < last; ) {
        done += 1;
        seconds.push({ ...secondOf(progress, done), fault: faultAt.get(done - 1) ?? null });
      }
      if (seconds.length > MOST_SECONDS) seconds = seconds.slice(-MOST_SECONDS);
      return seconds;
    },
  };
}

const BARS = '▁▂▃▄▅▆▇█';

/** One bar a second, of a share from 0 to 1; a space where there was nothing to count. */
export function sparkline(shares: readonly (number | null)[]): string {
  const bar = (share: number) => BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))]!;
  return shares.map((share) => (share === null ? ' ' : bar(share))).join('');
}
