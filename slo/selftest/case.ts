import type { Random } from './random.ts';

/** Something that is counted over the runs of a case, and how often a right rule may, or must, have it. */
export interface Measure {
  what: string;
  /** Null: shown, not asked for. */
  bound: { atMost: number } | { atLeast: number } | null;
}

/** One situation whose truth is known, played many times. */
export interface Case {
  situation: string;
  measures: readonly Measure[];
  /** One run: per measure whether it happened. */
  play(random: Random): boolean[];
}

/** Cases that together prove one rule. */
export interface Law {
  title: string;
  /** The rule in one or two sentences, for the page. */
  rule: string;
  /** How often each case is played. */
  runs: { full: number; quick: number };
  cases: readonly Case[];
}
