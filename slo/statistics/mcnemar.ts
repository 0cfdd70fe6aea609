import { pOfSplit } from './sign.ts';

/**
 * Exact two-sided p value of "both are right equally often" over the same keys, from those that only one of the two
 * got right: Q. McNemar, Psychometrika 12 (1947) 153. Keys that both or neither got right say nothing.
 */
export function pOfPairedKeys(onlyCandidate: number, onlyBaseline: number): number {
  return pOfSplit(onlyCandidate, onlyBaseline);
}
