import type { Phase } from '#contract/names.ts';
import { FIRST } from '#contract/sample.ts';
import { ackMs, came, correctWithin, latenessMs, type Samples } from '#contract/samples.ts';
import { countIn, plannedIn, type TrialView } from '#contract/trial-view.ts';
import { isFinal } from './jobs.ts';

/** A first answer counts so many milliseconds after its planned instant; later it is none at once any more. */
export const FIRST_WITHIN_MS = 50;

/**
 * Right first answers in time ÷ requests planned in a phase; null for a phase without requests. Of a system of one
 * stage, which has no first answers, its only ones.
 */
export function firstGoodputIn(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  const { tape, samples } = view;
  if (!span || plannedIn(tape, span) === 0) return null;
  const isGood = (i: number) => isFirstGood(samples, i) || correctWithin(samples, i, FIRST_WITHIN_MS);
  return countIn(tape, span, isGood) / plannedIn(tape, span);
}

function isFirstGood(samples: Samples, i: number): boolean {
  const wanted = FIRST.came | FIRST.faithful | FIRST.right;
  const inMs = latenessMs(samples, i) + samples.connectUs[i]! / 1000 + ackMs(samples, i);
  return came(samples, i) && (samples.first[i]! & wanted) === wanted && inMs <= FIRST_WITHIN_MS;
}

/** Last answers of another class than the first ÷ jobs that had both; null where none had. */
export function flipRate({ samples }: TrialView): number | null {
  let [both, flipped] = [0, 0];
  for (let i = 0; i < samples.flags.length; i += 1) {
    const first = samples.first[i]!;
    if ((first & FIRST.came) === 0 || !isFinal(samples, i)) continue;
    both += 1;
    if ((first & FIRST.sameClass) === 0) flipped += 1;
  }
  return both === 0 ? null : flipped / both;
}
