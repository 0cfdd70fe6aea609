import { correctWithin } from '#contract/samples.ts';
import { countIn, plannedIn, type Span, type TrialView } from '#contract/trial-view.ts';

/** Goodput of correct answers: correct in time ÷ planned; null for a span without requests. */
export function goodputIn(
  { tape, samples }: Pick<TrialView, 'tape' | 'samples'>,
  span: Span,
  deadlineMs: number,
): number | null {
  const planned = plannedIn(tape, span);
  if (planned === 0) return null;
  return countIn(tape, span, (i) => correctWithin(samples, i, deadlineMs)) / planned;
}
