import { EPISODES_NEEDED } from '../scope.ts';
import type { Case, Law } from './case.ts';
import { judgeAtTruth } from './requests.ts';
import { LENGTHS, type Lengths, type Stalls, stallingServer } from './servers.ts';

/** One point of the chart of false passes. */
export interface RarePoint extends Stalls {
  seconds: number;
  vary: Lengths;
}

const WINDOWS = [60, 300];
const EPISODE_SECONDS = [0.1, 0.3, 1, 2, 5];
const EXPECTED = [1, 2, 3, 5, 7, 10, 20];
/** Beyond it nobody would call them episodes. */
const MOST_BAD = 0.5;

export const rarePoints: readonly RarePoint[] = WINDOWS.flatMap((seconds) =>
  LENGTHS.flatMap((vary) =>
    EPISODE_SECONDS.flatMap((episodeSeconds) =>
      EXPECTED.map((expected) => ({ seconds, vary, episodeSeconds, expected })),
    ),
  ),
).filter(({ seconds, episodeSeconds, expected }) => (episodeSeconds * expected) / seconds <= MOST_BAD);

/** Where a pass still means something as episodes get rarer, down to windows that mostly hold none. */
export const rareLaw: Law = {
  title: 'Rare episodes',
  rule:
    `A pass is said for bad episodes of which at least ${EPISODES_NEEDED} are to be expected in the window, and the ` +
    'verdict says so. Rarer ones pass falsely more often: a window that holds none looks like that of a good server.',
  runs: { full: 4_000, quick: 300 },
  cases: rarePoints.map(rareCase),
};

function rareCase(point: RarePoint): Case {
  const { seconds, episodeSeconds, expected, vary } = point;
  const server = stallingServer(point);
  return {
    situation: `${seconds} s, ${expected} episodes expected, of ${episodeSeconds} s, ${vary} lengths`,
    measures: [
      { what: 'pass, truth just outside', bound: expected >= EPISODES_NEEDED ? { atMost: 0.06 } : null },
    ],
    play: (random) => [judgeAtTruth(server, 1, random)[1]],
  };
}
