import { answeredWithin, isPrimary } from '#contract/samples.ts';
import { countIn, plannedIn, type TrialView } from '#contract/trial-view.ts';

/** What a stand-in, however right, did not answer; null for a trial whose fault had no requests. */
export function primaryShareInFault({ spans, tape, samples, experiment }: TrialView): number | null {
  const { fault } = spans;
  if (!fault || plannedIn(tape, fault) === 0) return null;
  const { deadlineMs } = experiment.load;
  const counts = (i: number) => answeredWithin(samples, i, deadlineMs) && isPrimary(samples, i);
  return countIn(tape, fault, counts) / plannedIn(tape, fault);
}
