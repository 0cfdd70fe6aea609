import { countOf } from '../count.ts';
import { decideShare } from '../statistics/binomial.ts';
import { ALONE, clusteringOf } from '../statistics/clustering.ts';
import { LOOK_CONFIDENCE, plannedLooks } from '../statistics/looks.ts';
import type { Case, Law } from './case.ts';
import { batched, failingServer, RATE, type Server, stallingServer } from './servers.ts';

const FIRST_SECONDS = 10;
const LOOKS = plannedLooks(FIRST_SECONDS);
const LONGEST = LOOKS.at(-1)!;

/** Passes at the first planned look that allows it; the truth is the target itself, so that each pass is wrong. */
function passesAtALook(missed: Uint8Array, target: number, rate: number): boolean {
  return LOOKS.some((seconds) => {
    const [seen] = batched([missed.subarray(0, seconds * rate)], rate);
    const { good, total } = countOf(seen!);
    return decideShare(good, total, target, clusteringOf([seen!]), LOOK_CONFIDENCE) === 'pass';
  });
}

/** The forbidden way: as often as one likes, each time at 95 %. */
function passesWhilePeeking(missed: Uint8Array, target: number, rate: number, seconds: number): boolean {
  let misses = 0;
  return Array.from({ length: seconds }, (_, i) => i + 1).some((end) => {
    misses += missed.subarray((end - 1) * rate, end * rate).reduce((a, b) => a + b, 0);
    return decideShare(end * rate - misses, end * rate, target, ALONE) === 'pass';
  });
}

/** So many requests a second that a look a second is a look at something new. */
const MANY = 500;

/** One bad episode in so many seconds. */
const stalling = (every: number) =>
  stallingServer({
    seconds: LONGEST,
    episodeSeconds: 0.1 * every,
    expected: LONGEST / every,
    vary: 'exponential',
  });

function looksCase(situation: string, server: Server, { rate = RATE, asked = true } = {}): Case {
  return {
    situation: `${situation}, looks after ${LOOKS.join(', ')} s`,
    measures: [{ what: 'pass, truth just outside', bound: asked ? { atMost: 0.06 } : null }],
    play: (random) => [passesAtALook(server.watch(random), 1 - server.truth, rate)],
  };
}

const onePercent = failingServer(LONGEST, 0.01, MANY);

const peeking: Case = {
  situation: 'forbidden: a look every second for 60 s, 1 % miss',
  measures: [{ what: 'pass, truth just outside', bound: null }],
  play: (random) => [passesWhilePeeking(onePercent.watch(random), 1 - onePercent.truth, MANY, 60)],
};

export const looksLaw: Law = {
  title: 'Running on until it is settled',
  rule:
    'At most four planned looks, after n, 2n, 4n and 8n, at 1.25 % each; a look at any moment would pass a server ' +
    'that is just outside far more often than 5 %. What a pass can exclude is what the first look can: episodes of ' +
    'which ten are to be expected in it.',
  runs: { full: 20_000, quick: 300 },
  cases: [
    looksCase('1 % miss', onePercent, { rate: MANY }),
    looksCase('5 % miss', failingServer(LONGEST, 0.05)),
    looksCase('stalls of exponential lengths, one a second', stalling(1)),
    looksCase('beyond the rule: stalls of exponential lengths, one in 4 s', stalling(4), { asked: false }),
    peeking,
  ],
};
