import { CLASSES } from './catalog.ts';

/** The most probable class of one row of a block of probabilities. */
export function classOf(probabilities: Float32Array, row: number): number {
  let best = 0;
  for (let index = 1; index < CLASSES; index += 1) {
    if (probabilities[row * CLASSES + index]! > probabilities[row * CLASSES + best]!) best = index;
  }
  return best;
}

/** Share of rows whose most probable class is the label. */
export function accuracy(probabilities: Float32Array, labels: Uint8Array): number {
  let right = 0;
  for (const [row, label] of labels.entries()) right += classOf(probabilities, row) === label ? 1 : 0;
  return right / labels.length;
}

/** Largest absolute difference; a NaN on one side counts as infinite, not as none. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [index, value] of a.entries()) {
    const difference = Math.abs(value - b[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
