import { keysAbove, keysBelow, type PairedKeys } from './mcnemar.ts';
import type { Bound, Question } from './settle.ts';
import { type Estimate, pAbove, pBelow } from './student.ts';

/** Whether a mean keeps its bound. */
export function askMean(estimate: Estimate, { side, value }: Bound): Question {
  return { side, pAbove: pAbove(estimate, value), pBelow: pBelow(estimate, value) };
}

/** Whether a difference over the same keys keeps its bound. */
export function askKeys(paired: PairedKeys, { side, value }: Bound): Question {
  return { side, pAbove: keysAbove(paired, value), pBelow: keysBelow(paired, value) };
}
