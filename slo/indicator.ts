import type { Objective } from '#contract/experiment.ts';
import { ackMs, came, latenessMs, responseMs } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { RequestObjective } from './count.ts';

export function isOverRequests(objective: Objective): objective is RequestObjective {
  return objective.indicator !== 'recovery' && objective.indicator !== 'kills';
}

/**
 * Milliseconds after t0 at which a request is known to be good or missed: when its answer came, but for a miss no
 * later than when its time ran out. Whether an answer is faithful is known when it is there, however late.
 */
export function knownAtMs(
  objective: RequestObjective,
  { tape, samples }: Pick<TrialView, 'tape' | 'samples'>,
  i: number,
  deadlineMs: number,
): number {
  const withinMs = 'withinMs' in objective ? objective.withinMs : deadlineMs;
  const plannedMs = tape.atMs[i]!;
  if (!came(samples, i)) return plannedMs + withinMs;
  if (objective.indicator === 'acknowledgement')
    return plannedMs + latenessMs(samples, i) + Math.min(ackMs(samples, i), withinMs);
  const answeredMs = responseMs(samples, i);
  return plannedMs + (objective.indicator === 'fidelity' ? answeredMs : Math.min(answeredMs, withinMs));
}

/** 1 − target without the dust of binary fractions: 0.01 for 0.99. */
export function missesAllowed(target: number): number {
  return Number((1 - target).toPrecision(12));
}
