import type { Phase } from '#contract/names.ts';
import { firstAtOrAfter, type Span, type TrialView } from '#contract/trial-view.ts';

/** Whether the answer to a tape entry names the right class; null where it was not answered 200. */
export function isRightAt({ outcomes }: Pick<TrialView, 'outcomes'>, position: number): boolean | null {
  const sample = outcomes[position];
  return sample?.status === 200 ? sample.right : null;
}

/** Right classes ÷ answers 200; null where there was no answer. */
export function accuracyIn(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  if (!span) return null;
  let [right, answered] = [0, 0];
  for (const position of positionsIn(view, span)) {
    const isRight = isRightAt(view, position);
    if (isRight === null) continue;
    answered += 1;
    if (isRight) right += 1;
  }
  return answered === 0 ? null : right / answered;
}

/** Positions of the tape entries planned within a span. */
export function* positionsIn({ tape: { atMs } }: Pick<TrialView, 'tape'>, span: Span): Generator<number> {
  const end = firstAtOrAfter(atMs, span.toMs);
  for (let position = firstAtOrAfter(atMs, span.fromMs); position < end; position += 1) yield position;
}
