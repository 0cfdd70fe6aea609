import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import { countOf } from '../count.ts';
import { lowerBound } from '../statistics/binomial.ts';
import { ALONE, type Batches, clusteringOf } from '../statistics/clustering.ts';
import { varianceOf } from '../statistics/student.ts';
import type { Case, Law } from './case.ts';
import { batched, failingServer, inBatches, RATE, type Server, stallingServer } from './servers.ts';

const CONFIDENCE = 0.95;

/** Each rule's lower bound of the share of good requests; the last one is in use. */
const rules: Record<string, (missed: Uint8Array) => number> = {
  'every request by itself': (missed) => boundWith(inBatches(missed, RATE, 1), 1),
  'one-second batch means': (missed) => {
    const seconds = inBatches(missed, RATE, 1);
    return boundWith(seconds, batchEffect(seconds));
  },
  'bad seconds × mean misses': (missed) => poissonBound(inBatches(missed, RATE, 1), 1),
  'runs of bad seconds × mean misses': (missed) =>
    poissonBound(inBatches(missed, RATE, 1), Number.POSITIVE_INFINITY),
  'as it is': (missed) => {
    const batches = batched([missed]);
    const { good, total } = countOf(batches[0]!);
    return lowerBound(good, total, CONFIDENCE, clusteringOf(batches));
  },
};

/** The unseen event is as large as the others: Clopper and Pearson's bound with everything divided by the effect. */
function boundWith(seconds: Batches, designEffect: number): number {
  const { good, total } = countOf(seconds);
  return lowerBound(good, total, CONFIDENCE, good === total ? ALONE : { designEffect, unseen: designEffect });
}

function batchEffect(seconds: Batches): number {
  const { good, total } = countOf(seconds);
  const share = 1 - good / total;
  if (share === 0) return 1;
  const means = [...seconds.missed].map((missed, i) => missed / seconds.total[i]!);
  return Math.max(1, varianceOf(means) / ((share * (1 - share)) / (total / means.length)));
}

/** How many groups of at most so many consecutive bad seconds there are. */
function groupsOf({ missed }: Batches, longest: number): number {
  let [groups, length] = [0, 0];
  for (const misses of missed) {
    length = misses === 0 ? 0 : length + 1;
    if (length > 0 && (length - 1) % longest === 0) groups += 1;
  }
  return groups;
}

/** The exact upper bound of a Poisson mean, times the misses that one of its events has on average. */
function poissonBound(seconds: Batches, longest: number): number {
  const { good, total } = countOf(seconds);
  const events = groupsOf(seconds, longest);
  const most = chiSquareQuantile(CONFIDENCE, 2 * events + 2) / 2;
  return 1 - (most * (events === 0 ? 1 : (total - good) / events)) / total;
}

function triedCase(situation: string, server: Server, target = 1 - server.truth): Case {
  return {
    situation,
    measures: Object.keys(rules).map((what) => ({ what, bound: null })),
    play: (random) => {
      const missed = server.watch(random);
      return Object.values(rules).map((bound) => bound(missed) >= target);
    },
  };
}

const failing = (share: number) => failingServer(60, share);

/** Why the rule for requests is as it is. */
export const triedLaw: Law = {
  title: 'Rules that were tried',
  rule:
    'How often each rule passes a server that is just outside its target (5 % at most would be right), and one with ' +
    'half or a quarter of the misses that it may have (as often as possible would be). Windows of 60 s.',
  runs: { full: 4_000, quick: 100 },
  cases: [
    triedCase('just outside: 1 % miss by themselves', failing(0.01)),
    triedCase(
      'just outside: 10 stalls of 0.3 s',
      stallingServer({ seconds: 60, episodeSeconds: 0.3, expected: 10, vary: 'equal' }),
    ),
    triedCase(
      'just outside: 10 stalls of 2 s',
      stallingServer({ seconds: 60, episodeSeconds: 2, expected: 10, vary: 'equal' }),
    ),
    triedCase(
      'just outside: 10 stalls of 1 s on average, exponential lengths',
      stallingServer({ seconds: 60, episodeSeconds: 1, expected: 10, vary: 'exponential' }),
    ),
    triedCase(
      'just outside: 10 stalls of 0.1 s on average, exponential lengths, and 2.4 % of the others miss',
      stallingServer({
        seconds: 60,
        episodeSeconds: 0.1,
        expected: 10,
        vary: 'exponential',
        background: 0.024,
      }),
    ),
    triedCase(
      'just outside: 3 stalls of 1 s',
      stallingServer({ seconds: 60, episodeSeconds: 1, expected: 3, vary: 'equal' }),
    ),
    triedCase('well inside: 0.5 % miss by themselves, target 99 %', failing(0.005), 0.99),
    triedCase('well inside: 0.025 % miss by themselves, target 99.9 %', failing(0.00025), 0.999),
    triedCase(
      'well inside: 10 stalls of 0.05 s, target 98.3 %',
      stallingServer({ seconds: 60, episodeSeconds: 0.05, expected: 10, vary: 'equal' }),
      1 - 1 / 60,
    ),
  ],
};
