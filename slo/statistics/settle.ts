import { adjustForMany } from './holm.ts';
import { type Estimate, pAbove, pBelow } from './student.ts';

/** Where a mean has to lie. */
export interface Bound {
  side: 'atMost' | 'atLeast';
  value: number;
}

/** A mean that is held against its bound. */
export interface Question {
  estimate: Estimate;
  bound: Bound;
}

export interface Settled {
  /** On which side of the bound the mean surely lies; open where that is not sure. */
  lies: 'inside' | 'outside' | 'open';
  /** It would be sure if this were the only question. */
  sureAlone: boolean;
}

/** Answers questions that are asked together: each as Student's two-sided interval does, adjusted by Holm. */
export function settle(questions: readonly Question[], level = 0.05): Settled[] {
  const tests = questions.map(({ estimate, bound }) => {
    const [atMost, atLeast] = [pAbove(estimate, bound.value), pBelow(estimate, bound.value)];
    const [inside, outside] = bound.side === 'atMost' ? [atMost, atLeast] : [atLeast, atMost];
    const pValue = Math.min(1, 2 * Math.min(inside, outside));
    return { side: inside <= outside ? ('inside' as const) : ('outside' as const), pValue };
  });
  const adjusted = adjustForMany(tests.map(({ pValue }) => pValue));
  return tests.map(({ side, pValue }, i) => ({
    lies: adjusted[i]! <= level ? side : 'open',
    sureAlone: pValue <= level,
  }));
}
