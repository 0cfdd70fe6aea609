import type { Phase } from '#contract/names.ts';
import { isRight, type Samples } from '#contract/samples.ts';
import { countIn, type TrialView } from '#contract/trial-view.ts';

/** Right classes ÷ answers 200; null where there was no answer. */
export function accuracyIn({ tape, samples, spans }: TrialView, phase: Phase): number | null {
  const span = spans[phase];
  if (!span) return null;
  const answered = countIn(tape, span, (i) => isAnswered(samples, i));
  if (answered === 0) return null;
  return countIn(tape, span, (i) => isAnswered(samples, i) && isRight(samples, i)) / answered;
}

/** Answered 200, however late. */
export function isAnswered({ status }: Samples, i: number): boolean {
  return status[i] === 200;
}
