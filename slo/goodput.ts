import type { Tape } from '#contract/plan.ts';
import type { Sample } from '#contract/sample.ts';
import { correctWithin, entriesIn, joinOutcomes } from '#contract/trial-view.ts';

/** Goodput of correct answers: correct in time ÷ planned; null for a span without requests. */
export function goodputIn(
  tape: Tape,
  samples: readonly Sample[],
  deadlineMs: number,
  fromMs: number,
  toMs: number,
): number | null {
  const entries = entriesIn({ tape, outcomes: joinOutcomes(tape, samples) }, { fromMs, toMs });
  if (entries.length === 0) return null;
  return entries.filter((sample) => correctWithin(sample, deadlineMs)).length / entries.length;
}
