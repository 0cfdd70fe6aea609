import { type ModelVersion, models } from './catalog.ts';
import golden from './golden-input.json' with { type: 'json' };

/** One held-out image and each version's answer to it, written by measure-card.ts: what readiness asks. */
export const goldenInput: { readonly pixels: readonly number[] } = golden;

/** Whether these are the version's probabilities for the golden input. */
export function isGolden(version: ModelVersion, probabilities: ArrayLike<number>): boolean {
  const expected = golden.probabilities[version];
  const { tolerance } = models[version];
  return (
    probabilities.length === expected.length &&
    expected.every((value, i) => Math.abs(value - probabilities[i]!) <= tolerance)
  );
}
