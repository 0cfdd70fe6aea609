import type { Case, Measure } from '#slo/selftest/case.ts';
import { type LawName, laws } from '#slo/selftest/laws.ts';
import { type BoundState, stateOf } from '#slo/selftest/play.ts';
import type { Played } from './play-all.ts';

/** One measure of a case with its count and what that says. */
export interface Finding {
  law: LawName;
  situation: string;
  measure: Measure;
  runs: number;
  share: number;
  /** Null where nothing is asked for. */
  state: BoundState | null;
}

export function findingsOf(played: readonly Played[]): Finding[] {
  return played.flatMap(({ law, index, runs, hits }) => {
    const { situation, measures }: Case = laws[law].cases[index]!;
    return measures.map((measure, i) => ({
      law,
      situation,
      measure,
      runs,
      share: hits[i]! / runs,
      state: stateOf(measure, hits[i]!, runs),
    }));
  });
}

export function boundText({ bound }: Measure): string {
  if (bound === null) return '';
  return 'atMost' in bound ? `≤ ${shareText(bound.atMost)}` : `≥ ${shareText(bound.atLeast)}`;
}

export function shareText(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
