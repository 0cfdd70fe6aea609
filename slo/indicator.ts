import type { Objective } from '#contract/experiment.ts';
import { responseMs, type Sample } from '#contract/sample.ts';
import { answeredWithin, correctWithin } from '#contract/trial-view.ts';

/** An objective over requests. */
export type RequestObjective = Exclude<Objective, { indicator: 'recovery' }>;

export function isOverRequests(objective: Objective): objective is RequestObjective {
  return objective.indicator !== 'recovery';
}

/** What one planned request is to an objective. */
export type Part = 'good' | 'miss' | 'uncounted';

export function partOf(objective: RequestObjective, sample: Sample | undefined, deadlineMs: number): Part {
  switch (objective.indicator) {
    case 'availability':
      return answeredWithin(sample, deadlineMs) ? 'good' : 'miss';
    case 'latency':
      return answeredWithin(sample, objective.withinMs) ? 'good' : 'miss';
    case 'goodput':
      return correctWithin(sample, deadlineMs) ? 'good' : 'miss';
    case 'fidelity':
      if (sample?.status !== 200) return 'uncounted';
      return sample.faithful ? 'good' : 'miss';
  }
}

/**
 * Milliseconds after t0 at which a request is known to be good or missed: when its answer came, but for a miss no
 * later than when its time ran out. Whether an answer is faithful is known when it is there, however late.
 */
export function knownAtMs(
  objective: RequestObjective,
  sample: Sample | undefined,
  plannedMs: number,
  deadlineMs: number,
): number {
  const withinMs = objective.indicator === 'latency' ? objective.withinMs : deadlineMs;
  if (!sample) return plannedMs + withinMs;
  const answeredMs = responseMs(sample);
  return plannedMs + (objective.indicator === 'fidelity' ? answeredMs : Math.min(answeredMs, withinMs));
}

/** 1 − target without the dust of binary fractions: 0.01 for 0.99. */
export function missesAllowed(target: number): number {
  return Number((1 - target).toPrecision(12));
}
