import type { Phase } from '#contract/names.ts';
import { isRight } from '#contract/samples.ts';
import { rangeOf, type Span } from '#contract/trial-view.ts';
import { isAnswered } from './accuracy.ts';
import type { Round } from './rounds.ts';
import { differenceOf, type PairedKeys } from './statistics/mcnemar.ts';

/** Keys that both sides answered: how many the one, the other, and both got right. */
export interface KeyCounts extends PairedKeys {
  bothRight: number;
}

/**
 * Both sides' answers to the same keys, one count a round. A key counts once, by the first entry of the phase that both
 * answered 200 in the same round: the pool's keys were drawn at random, so each is one draw from all that it holds, and
 * an answer that comes again says nothing new.
 */
export function pairKeys(rounds: readonly Round[], phase: Phase): KeyCounts[] {
  const seen = new Set<number>();
  return rounds.map((round) => countNew(round, phase, seen));
}

function countNew({ candidate, baseline }: Round, phase: Phase, seen: Set<number>): KeyCounts {
  const counts: KeyCounts = { keys: 0, bothRight: 0, onlyOne: 0, onlyOther: 0 };
  const span = overlap(candidate.spans[phase], baseline?.spans[phase]);
  if (!baseline || !span) return counts;
  const { from, to } = rangeOf(candidate.tape, span);
  for (let i = from; i < to; i += 1) {
    const key = candidate.tape.key[i]!;
    if (!isAnswered(candidate.samples, i) || !isAnswered(baseline.samples, i) || seen.has(key)) continue;
    seen.add(key);
    counts.keys += 1;
    const [own, other] = [isRight(candidate.samples, i), isRight(baseline.samples, i)];
    if (own && other) counts.bothRight += 1;
    else if (own) counts.onlyOne += 1;
    else if (other) counts.onlyOther += 1;
  }
  return counts;
}

/** The same tape was played, but the fault was in place at slightly other instants. */
function overlap(a: Span | undefined, b: Span | undefined): Span | null {
  return a && b ? { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) } : null;
}

export function addKeys(counts: readonly KeyCounts[]): KeyCounts {
  const sum = (field: keyof KeyCounts) => counts.reduce((total, one) => total + one[field], 0);
  return {
    keys: sum('keys'),
    bothRight: sum('bothRight'),
    onlyOne: sum('onlyOne'),
    onlyOther: sum('onlyOther'),
  };
}

/** What the keys show: the share that each side got right, the difference, and the counts for the verdict. */
export function seenInKeys(counts: KeyCounts) {
  const { keys, bothRight, onlyOne, onlyOther } = counts;
  const share = (right: number) => (keys === 0 ? null : right / keys);
  return {
    candidate: share(bothRight + onlyOne),
    baseline: share(bothRight + onlyOther),
    effect: keys === 0 ? null : differenceOf(counts),
    keys: { compared: keys, onlyCandidate: onlyOne, onlyBaseline: onlyOther },
  };
}

/** Said where there is nothing to compare. */
export const NO_COMMON_KEY = 'No key was answered 200 by both, so there is nothing to compare.';
