import { lowerBound, upperBound } from '../statistics/binomial.ts';
import type { Measure } from './case.ts';
import { type LawName, laws } from './laws.ts';
import { randomFrom } from './random.ts';

/** One case, by where it stands; what a worker gets. */
export interface CasePlace {
  law: LawName;
  index: number;
}

export const casePlaces: readonly CasePlace[] = (Object.keys(laws) as LawName[]).flatMap((law) =>
  laws[law].cases.map((_, index) => ({ law, index })),
);

/** How often each measure of a case happened. The stream of each case is its own, whoever plays it and when. */
export function playCase(place: CasePlace, runs: number, seed: number): number[] {
  const { measures, play } = laws[place.law].cases[place.index]!;
  const position = casePlaces.findIndex(({ law, index }) => law === place.law && index === place.index);
  const random = randomFrom(seed * 10_000 + position);
  const hits = measures.map(() => 0);
  for (let run = 0; run < runs; run += 1) {
    play(random).forEach((happened, i) => {
      if (happened) hits[i]! += 1;
    });
  }
  return hits;
}

/** Bounds that are asked for, over all cases. */
const asked = casePlaces
  .flatMap(({ law, index }) => laws[law].cases[index]!.measures)
  .filter(({ bound }) => bound !== null).length;
/** Together, so often may a right rule look wrong. */
const BY_CHANCE = 0.001;

export type BoundState = 'held' | 'by chance' | 'broken';

/**
 * Whether the count lies on the right side of its bound, or chance alone may have put it on the wrong one. A rule that
 * keeps all its bounds is called broken anywhere in at most one selftest of a thousand, whatever the seed: each count
 * is binomial, and its exact one-sided bound at a confidence of 1 - 0.001 ÷ (number of bounds) is wrong that rarely.
 */
export function stateOf(
  { bound }: Measure,
  hits: number,
  runs: number,
): 'held' | 'by chance' | 'broken' | null {
  if (bound === null) return null;
  const confidence = 1 - BY_CHANCE / asked;
  if ('atMost' in bound) {
    if (hits <= bound.atMost * runs) return 'held';
    return lowerBound(hits, runs, confidence) <= bound.atMost ? 'by chance' : 'broken';
  }
  if (hits >= bound.atLeast * runs) return 'held';
  return upperBound(hits, runs, confidence) >= bound.atLeast ? 'by chance' : 'broken';
}
