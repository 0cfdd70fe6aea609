import { pOfPairedKeys } from '../statistics/mcnemar.ts';
import { pairsNeeded } from '../statistics/power.ts';
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
  return settle([{ estimate: estimateMean(effects)!, bound }])[0]!.lies === 'inside';
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
        return { estimate, bound: FASTER };
      });
      return [settle(questions).some(({ lies }) => lies === 'inside')];
    },
  },
  {
    situation: 'two models of equal accuracy (0.976), 2,000 paired keys',
    measures: [{ what: 'McNemar says they differ', bound: { atMost: 0.05 } }],
    play: (random) => {
      const [onlyA, onlyB] = discordant(2_000, 0.01, 0.01, random);
      return [pOfPairedKeys(onlyA, onlyB) <= 0.05];
    },
  },
];

/** Keys that only the one, and only the other, gets right. */
function discordant(keys: number, a: number, b: number, random: Random): [number, number] {
  let [onlyA, onlyB] = [0, 0];
  for (let i = 0; i < keys; i += 1) {
    const draw = random.uniform();
    if (draw < a) onlyA += 1;
    else if (draw < a + b) onlyB += 1;
  }
  return [onlyA, onlyB];
}

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
    'are judged together by Holm. Accuracy over the same keys is compared by McNemar, exactly.',
  runs: { full: 20_000, quick: 2_000 },
  cases: [...nothingChanged, ...somethingChanged],
};
