import type { Check } from './index.ts';

/** Milliseconds that wall clock and monotonic clock may part during a trial; lateness is judged at 5 and more. */
const MOST_DRIFT_MS = 5;

/** The wall clock, which both runtimes plan by, did not jump. */
export const clock: Check = ({ facts }) => ({
  held: Math.abs(facts.clockDriftMs) <= MOST_DRIFT_MS,
  observed: `the wall clock moved ${facts.clockDriftMs.toFixed(1)} ms against the monotonic one`,
  advice: 'Something set the clock during the trial; run it again.',
});
