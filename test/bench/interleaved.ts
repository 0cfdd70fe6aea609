import { estimateMean, intervalOf, meanOf } from '#slo/statistics/student.ts';

/** A ratio of two things that were measured in turn, with its 95 % interval. */
export interface Ratio {
  ratio: number;
  /** Null for a single pair. */
  interval: [number, number] | null;
  pairs: number;
}

/**
 * Of pairs [one, other], each measured one right after the other: the mean of the logarithms of their ratios, by
 * Student over the pairs, as claims are judged.
 */
export function ratioOf(pairs: readonly (readonly [one: number, other: number])[]): Ratio {
  const logs = pairs.map(([one, other]) => Math.log(one / other));
  const estimate = estimateMean(logs);
  const ends = estimate && intervalOf(estimate);
  return {
    ratio: Math.exp(meanOf(logs)),
    interval: ends && [Math.exp(ends[0]), Math.exp(ends[1])],
    pairs: pairs.length,
  };
}

/** Which of a pair is measured first: mirrored every other time, so that a drift of the machine falls on both. */
export function isMirrored(pair: number): boolean {
  return pair % 2 === 1;
}

export function ratioText({ ratio, interval, pairs }: Ratio): string {
  const range = interval
    ? ` (${interval.map((end) => end.toFixed(3)).join(' to ')} at 95 %, ${pairs} pairs)`
    : '';
  return `${ratio.toFixed(3)} ×${range}`;
}

/** Measures both in each turn, one right after the other; turns count from 1. */
export async function inTurn<T>(
  turns: number,
  one: (turn: number) => Promise<T>,
  other: (turn: number) => Promise<T>,
): Promise<(readonly [one: T, other: T])[]> {
  const seen: (readonly [T, T])[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const late = isMirrored(turn) ? await other(turn) : null;
    const first = await one(turn);
    seen.push([first, late ?? (await other(turn))]);
  }
  return seen;
}
