import type { Claim } from '#contract/experiment.ts';
import type { ClaimResult } from '#contract/verdict.ts';
import { metricOf } from './metrics.ts';
import { addKeys, type KeyCounts, NO_COMMON_KEY, pairKeys, seenInKeys } from './paired-keys.ts';
import { pairsOf } from './pairs.ts';
import { type Round, tooFew } from './rounds.ts';
import { fewest } from './statistics/fewest.ts';
import { differenceOf, keysInterval } from './statistics/mcnemar.ts';
import { pairsNeeded } from './statistics/power.ts';
import { askKeys, askMean } from './statistics/questions.ts';
import { type Bound, type Question, settle } from './statistics/settle.ts';
import { signsOf } from './statistics/sign.ts';
import { deviationOf, estimateMean, intervalOf, meanOf } from './statistics/student.ts';

/** What a claim is judged by, whichever way it compares. */
export interface Evidence {
  seen: Pick<ClaimResult, 'candidate' | 'baseline' | 'keys'>;
  /** Null where it can't be judged. */
  judgeable: {
    question: Question;
    effect: number;
    interval: [number, number];
    pairs: number;
    agreeing: number;
    /** How much more would settle it; `together`: among how many claims, where it would be sure alone. */
    more(together: number): string;
  } | null;
  /** What is said where it can't. */
  problem: { outcome: 'invalid' | 'inconclusive'; advice: string };
}

/** By Student's interval over one effect a round. */
export function evidenceInPairs(claim: Claim, rounds: readonly Round[]): Evidence {
  const pairs = pairsOf(claim, rounds);
  const { effects } = pairs;
  const mean = (values: number[]) => (values.length === 0 ? null : meanOf(values));
  const estimate = pairs.problem === null ? estimateMean(effects) : null;
  const bound = boundOf(claim);
  const scale = (value: number) => (claim.compare === 'ratio' ? Math.exp(value) : value);
  return {
    seen: { candidate: mean(pairs.candidate), baseline: mean(pairs.baseline), keys: null },
    judgeable: estimate && {
      question: askMean(estimate, bound),
      effect: scale(estimate.mean),
      interval: ends(intervalOf(estimate), scale),
      pairs: effects.length,
      agreeing: signsOf(effects, bound.value).agreeing,
      more: (together) => morePairs(effects, estimate.mean - bound.value, together),
    },
    problem: {
      outcome: effects.length < 2 ? 'invalid' : 'inconclusive',
      advice: pairs.problem ?? '',
    },
  };
}

/** By McNemar's test over the keys that both answered in any round. */
export function evidenceInKeys(claim: Claim, rounds: readonly Round[]): Evidence {
  const each = pairKeys(rounds, metricOf(claim).pairsKeysOf!);
  const all = addKeys(each);
  const { candidate, baseline, keys } = seenInKeys(all);
  const bound = boundOf(claim);
  const differences = each.filter((round) => round.keys > 0).map(differenceOf);
  const problem = tooFew(rounds.length) ?? (all.keys === 0 ? NO_COMMON_KEY : null);
  return {
    seen: { candidate, baseline, keys },
    judgeable:
      problem !== null
        ? null
        : {
            question: askKeys(all, bound),
            effect: differenceOf(all),
            interval: keysInterval(all),
            pairs: differences.length,
            agreeing: signsOf(differences, bound.value).agreeing,
            more: (together) => moreKeys(all, bound, together),
          },
    problem: { outcome: 'invalid', advice: problem ?? '' },
  };
}

/** On the scale of the effects. */
function boundOf({ compare, bound }: Claim): Bound {
  const [side, value] =
    'atMost' in bound ? (['atMost', bound.atMost] as const) : (['atLeast', bound.atLeast] as const);
  return { side, value: compare === 'ratio' ? Math.log(value) : value };
}

function ends([low, high]: [number, number], scale: (value: number) => number): [number, number] {
  return [scale(low), scale(high)];
}

function morePairs(effects: readonly number[], distance: number, together: number): string {
  const needed = pairsNeeded(deviationOf(effects), distance);
  if (needed === null) return 'The effect lies on its bound: no number of pairs would settle it.';
  const pairs = Math.max(needed, effects.length + 1);
  return `${amongOthers(together)}At this effect and spread about ${pairs} pairs would settle it; ${effects.length} were played.`;
}

const MOST_KEYS = 10_000_000;

function moreKeys(counts: KeyCounts, bound: Bound, together: number): string {
  const isEnough = (keys: number) => {
    const grown = (part: number) => Math.round((part * keys) / counts.keys);
    const paired = { keys, onlyOne: grown(counts.onlyOne), onlyOther: grown(counts.onlyOther) };
    return settle([askKeys(paired, bound)], 0.05 / together)[0]!.lies !== 'open';
  };
  const needed = fewest(counts.keys + 1, MOST_KEYS, isEnough);
  if (needed === null) return 'The effect lies too near its bound for any number of keys to settle it.';
  const about = Number(needed.toPrecision(2)).toLocaleString('en-US');
  return `${amongOthers(together)}At this effect about ${about} keys would settle it; ${counts.keys.toLocaleString('en-US')} were compared.`;
}

function amongOthers(together: number): string {
  return together > 1 ? `Clear by itself, but not among ${together} claims judged together. ` : '';
}
