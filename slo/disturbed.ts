import type { TrialView } from '#contract/trial-view.ts';
import { clock } from './checks/clock.ts';
import { lateness } from './checks/lateness.ts';

/**
 * What disturbed the measuring itself, in words; null when nothing did. These rules look at the generator and the
 * clock and never at an answer, so playing such a trial again can't favour a result.
 */
export function disturbance(view: TrialView): string | null {
  const broken = [lateness(view), clock(view)].find((checked) => checked !== null && !checked.held);
  return broken?.observed ?? null;
}
