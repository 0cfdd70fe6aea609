import { addCounts, countOf } from '../count.ts';
import { decideShare, interval95 } from '../statistics/binomial.ts';
import { clusteringOf } from '../statistics/clustering.ts';
import type { Case, Law, Measure } from './case.ts';
import type { Random } from './random.ts';
import {
  batched,
  driftingServer,
  failingServer,
  latencyServer,
  type Server,
  stallingServer,
} from './servers.ts';

const COVERS = { what: 'the 95 % interval covers the truth', bound: { atLeast: 0.93 } };
const FALSE_PASS = { what: 'pass, truth just outside', bound: { atMost: 0.06 } };
const FALSE_FAIL = { what: 'fail, truth just inside', bound: { atMost: 0.06 } };

/** The objective's target lies at the truth itself, where a pass and a fail are both wrong. */
export function judgeAtTruth(
  { truth, watch }: Server,
  trials: number,
  random: Random,
): [covers: boolean, pass: boolean, fail: boolean] {
  const batches = batched(Array.from({ length: trials }, () => watch(random)));
  const { good, total } = addCounts(batches.map(countOf));
  const clustering = clusteringOf(batches);
  const share = 1 - truth;
  const [low, high] = interval95(good, total, clustering);
  const decision = decideShare(good, total, share, clustering);
  return [low <= share && share <= high, decision === 'pass', decision === 'fail'];
}

function requestCase(situation: string, server: Server, { trials = 1, asked = true } = {}): Case {
  const measures: Measure[] = [COVERS, FALSE_PASS, FALSE_FAIL];
  return {
    situation,
    measures: asked ? measures : measures.map(({ what }) => ({ what, bound: null })),
    play: (random) => judgeAtTruth(server, trials, random),
  };
}

/** Standard normal quantiles of the shares below. */
const BEYOND: [share: number, deviations: number][] = [
  [0.05, 1.6448536269514722],
  [0.01, 2.3263478740408408],
  [0.001, 3.090232306167813],
];
const MEDIAN_MS = 20;
const SPREAD = 0.5;

const independent = BEYOND.flatMap(([share, deviations]) => {
  const missed = `${share * 100} % miss`;
  return [
    requestCase(
      `constant latency, some requests fail, ${missed}`,
      latencyServer(60, share, 10, (random) => (random.uniform() < share ? 1_000 : 5)),
    ),
    requestCase(
      `lognormal latency, ${missed}`,
      latencyServer(
        60,
        share,
        MEDIAN_MS * Math.exp(SPREAD * deviations),
        (random) => MEDIAN_MS * Math.exp(SPREAD * random.normal()),
      ),
    ),
    requestCase(
      `bimodal latency, ${missed}`,
      latencyServer(60, share, 100, (random) =>
        random.uniform() < share ? 150 + 20 * random.normal() : 5 + random.exponential(2),
      ),
    ),
  ];
});

const ten = { expected: 10 } as const;

/** What the rule asks of requests, for servers whose bad episodes come at least ten times in the window. */
export const requestLaw: Law = {
  title: 'Objectives over requests',
  rule:
    "Clopper and Pearson's bounds at 95 %, with misses that hang together counted as fewer events (the design effect " +
    'of batch means, correlation between batches included; a batch is a second, or a sixtieth of a shorter window) ' +
    'and one more episode reckoned with, twice as large as the largest seen. Windows of 60 s at 200 requests/s and ' +
    'stalls with ten episodes expected, unless said otherwise.',
  runs: { full: 4_000, quick: 300 },
  cases: [
    ...independent,
    requestCase('10 s, 1 % miss', failingServer(10, 0.01)),
    requestCase(
      '10 s, stalls of 0.1 s on average, exponential lengths',
      stallingServer({ seconds: 10, episodeSeconds: 0.1, vary: 'exponential', ...ten }),
    ),
    requestCase(
      'three trials of 10 s, stalls of 0.1 s on average, exponential lengths, ten in all',
      stallingServer({ seconds: 10, episodeSeconds: 0.1, vary: 'exponential', expected: 10 / 3 }),
      { trials: 3 },
    ),
    requestCase(
      'stalls of 0.1 s',
      stallingServer({ seconds: 60, episodeSeconds: 0.1, vary: 'equal', ...ten }),
    ),
    requestCase('stalls of 1 s', stallingServer({ seconds: 60, episodeSeconds: 1, vary: 'equal', ...ten })),
    requestCase(
      'stalls of 1 s on average, exponential lengths',
      stallingServer({ seconds: 60, episodeSeconds: 1, vary: 'exponential', ...ten }),
    ),
    requestCase(
      'stalls of 5 s on average, exponential lengths, 300 s',
      stallingServer({ seconds: 300, episodeSeconds: 5, vary: 'exponential', ...ten }),
    ),
    requestCase(
      'stalls of 1 s, and 2.4 % of the others miss',
      stallingServer({ seconds: 60, episodeSeconds: 1, vary: 'equal', background: 0.024, ...ten }),
    ),
    requestCase(
      'stalls of 1 s on average, exponential lengths, and 2.4 % of the others miss, 300 s',
      stallingServer({ seconds: 300, episodeSeconds: 1, vary: 'exponential', background: 0.024, ...ten }),
    ),
    requestCase(
      'a share of 3 % that wanders by 30 % and is back in 2 s, 300 s',
      driftingServer(300, 0.03, 0.3, 2),
    ),
    requestCase(
      'beyond the rule: a share of 3 % that wanders by 30 % and is back in 20 s, 60 s',
      driftingServer(60, 0.03, 0.3, 20),
      { asked: false },
    ),
  ],
};
