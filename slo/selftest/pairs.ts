import { pairsNeeded } from '../statistics/power.ts';
import { askKeys, askMean } from '../statistics/questions.ts';
import { type Bound, settle } from '../statistics/settle.ts';
import { signsOf } from '../statistics/sign.ts';
import { estimateMean } from '../statistics/student.ts';
import type { Case, Law } from './case.ts';
import type { Random } from './random.ts';

const PAIRS = 6;
/** "The candidate is faster": the ratio of its times to the baseline's lies below 1. */
const FASTER: Bound = { side: 'atMost', value: 0 };
const SLOWER: Bound = { side: 'atLeast', value: 0 };

/** Log ratios of pairs of trials whose values have this coefficient of variation. */
function pairsOf(pairs: number, variation: number, ratio: number, random: Random): number[] {
  const spread = Math.sqrt(Math.log1p(variation ** 2));
  return Array.from({ length: pairs }, () => Math.log(ratio) + spread * (random.normal() - random.normal()));
}

function wins(effects: readonly number[], bound: Bound): boolean {
  return settle([askMean(estimateMean(effects)!, bound)])[0]!.lies === 'inside';
}

/** Student's t with three degrees of freedom: trials of which some are far off. */
function heavyTailed(random: Random): number {
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(squares / 3);
}

const nothingChanged: Case[] = [
  {
    situation: 'A/A, 6 pairs',
    measures: [
      { what: 'win', bound: { atMost: 0.035 } },
      { what: 'win, and all six signs agree', bound: { atMost: 0.035 } },
    ],
    play: (random) => {
      const effects = pairsOf(PAIRS, 0.04, 1, random);
      const won = wins(effects, FASTER);
      return [won, won && signsOf(effects, 0).agreeing === PAIRS];
    },
  },
  {
    situation: 'A/A, 6 pairs with far-off trials',
    measures: [{ what: 'win', bound: { atMost: 0.035 } }],
    play: (random) => [
      wins(
        Array.from({ length: PAIRS }, () => heavyTailed(random)),
        FASTER,
      ),
    ],
  },
  {
    situation: 'A/A, five claims on the same 6 rounds',
    measures: [{ what: 'any win', bound: { atMost: 0.035 } }],
    play: (random) => {
      // What a round does to all metrics at once, and to each of them.
      const rounds = pairsOf(PAIRS, 0.03, 1, random);
      const questions = Array.from({ length: 5 }, () => {
        const own = pairsOf(PAIRS, 0.03, 1, random);
        const estimate = estimateMean(rounds.map((shared, i) => shared + own[i]!))!;
        return askMean(estimate, FASTER);
      });
      return [settle(questions).some(({ lies }) => lies === 'inside')];
    },
  },
];

/** Where each side's share of keys that it alone gets right is known, whether their difference is found within the bound. */
function keysKeep(bound: Bound, keys: number, one: number, other: number, random: Random): boolean {
  let [onlyOne, onlyOther] = [0, 0];
  for (let i = 0; i < keys; i += 1) {
    const draw = random.uniform();
    if (draw < one) onlyOne += 1;
    else if (draw < one + other) onlyOther += 1;
  }
  return settle([askKeys({ keys, onlyOne, onlyOther }, bound)])[0]!.lies === 'inside';
}

const BETTER: Bound = { side: 'atLeast', value: 0 };
/** What an answer more or less in two hundred may cost. */
const NOT_WORSE: Bound = { side: 'atLeast', value: -0.005 };

const pairedKeys: Case[] = [
  {
    situation: 'two models of equal accuracy, 2,000 paired keys of which 2 % differ',
    measures: [{ what: 'win', bound: { atMost: 0.035 } }],
    play: (random) => [keysKeep(BETTER, 2_000, 0.01, 0.01, random)],
  },
  {
    situation: '0.51 % of 1,000 paired keys lost, none won, 0.5 % allowed',
    measures: [{ what: 'cost passes', bound: { atMost: 0.035 } }],
    play: (random) => [keysKeep(NOT_WORSE, 1_000, 0, 0.0051, random)],
  },
  {
    situation: '1.01 % of 5,000 paired keys lost, 0.5 % won, 0.5 % allowed',
    measures: [{ what: 'cost passes', bound: { atMost: 0.035 } }],
    play: (random) => [keysKeep(NOT_WORSE, 5_000, 0.005, 0.0101, random)],
  },
  {
    situation: 'half a point better, 8,000 paired keys of which 1.5 % differ',
    measures: [{ what: 'win', bound: { atLeast: 0.9 } }],
    play: (random) => [keysKeep(BETTER, 8_000, 0.01, 0.005, random)],
  },
  {
    situation: 'equal, 10,000 paired keys of which 1 % differ, 0.5 % allowed',
    measures: [{ what: 'cost passes', bound: { atLeast: 0.9 } }],
    play: (random) => [keysKeep(NOT_WORSE, 10_000, 0.005, 0.005, random)],
  },
];

/** Coefficients of variation per trial. */
export const VARIATIONS = [0.04, 0.06, 0.08, 0.12, 0.2];
export const SLOWDOWN = 1.1;

/** Pairs that `pairsNeeded` asks for, to see a slowdown of 10 % by trials that vary so much. */
export function pairsFor(variation: number): number {
  return pairsNeeded(Math.SQRT2 * variation, Math.log(SLOWDOWN))!;
}

const somethingChanged: Case[] = VARIATIONS.map((variation) => {
  const pairs = variation === 0.04 ? PAIRS : pairsFor(variation);
  return {
    situation: `10 % slower, trials vary by ${variation * 100} %, ${pairs} pairs`,
    measures: [{ what: 'found', bound: { atLeast: 0.9 } }],
    play: (random) => [wins(pairsOf(pairs, variation, SLOWDOWN, random), SLOWER)],
  };
});

export const claimLaw: Law = {
  title: 'Claims',
  rule:
    "Student's two-sided 95 % interval on the log ratios of pairs must lie wholly within the bound; several claims " +
    'are judged together by Holm. Accuracy over the same keys is compared by the exact test of McNemar, carried over to ' +
    'bounds other than 0.',
  runs: { full: 20_000, quick: 2_000 },
  cases: [...nothingChanged, ...somethingChanged, ...pairedKeys],
};
