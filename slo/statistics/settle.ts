import { adjustForMany } from './holm.ts';

/** Where an effect has to lie. */
export interface Bound {
  side: 'atMost' | 'atLeast';
  value: number;
}

/** An effect that is held against its bound, by whichever test fits its data. */
export interface Question {
  side: Bound['side'];
  /** One-sided p value of "the effect lies above the bound", and of "below". */
  pAbove: number;
  pBelow: number;
}

export interface Settled {
  /** On which side of the bound the effect surely lies; open where that is not sure. */
  lies: 'inside' | 'outside' | 'open';
  /** It would be sure if this were the only question. */
  sureAlone: boolean;
}

/** Answers questions that are asked together: each as its two-sided interval does, adjusted by Holm. */
export function settle(questions: readonly Question[], level = 0.05): Settled[] {
  const tests = questions.map(({ side, pAbove, pBelow }) => {
    const [inside, outside] = side === 'atMost' ? [pAbove, pBelow] : [pBelow, pAbove];
    const pValue = Math.min(1, 2 * Math.min(inside, outside));
    return { side: inside <= outside ? ('inside' as const) : ('outside' as const), pValue };
  });
  const adjusted = adjustForMany(tests.map(({ pValue }) => pValue));
  return tests.map(({ side, pValue }, i) => ({
    lies: adjusted[i]! <= level ? side : 'open',
    sureAlone: pValue <= level,
  }));
}
