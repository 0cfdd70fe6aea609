import type { Objective } from '#contract/experiment.ts';
import {
  ackMs,
  answeredWithin,
  correctWithin,
  isAccepted,
  isFaithful,
  type Samples,
} from '#contract/samples.ts';
import { rangeOf, type TrialView } from '#contract/trial-view.ts';
import { isAccountedFor } from './jobs.ts';
import type { Batches } from './statistics/clustering.ts';

export type RequestObjective = Exclude<Objective, { indicator: 'recovery' | 'kills' }>;

export interface Count {
  good: number;
  total: number;
}

/** What becomes of the request at a position of the tape in the eyes of an objective. */
interface Eyes {
  counts(samples: Samples, i: number): boolean;
  isGood(samples: Samples, i: number): boolean;
}

/** The indicators' definitions. */
export function eyesOf(objective: RequestObjective, { experiment, tape }: TrialView): Eyes {
  const { deadlineMs } = experiment.load;
  const { tenant } = objective;
  const all = (_: Samples, i: number) => tenant === undefined || tape.tenant?.[i] === tenant;
  const accepted = (samples: Samples, i: number) => all(samples, i) && isAccepted(samples, i);
  switch (objective.indicator) {
    case 'availability':
      return { counts: all, isGood: (samples, i) => answeredWithin(samples, i, deadlineMs) };
    case 'latency':
      return { counts: all, isGood: (samples, i) => answeredWithin(samples, i, objective.withinMs) };
    case 'goodput':
      return { counts: all, isGood: (samples, i) => correctWithin(samples, i, deadlineMs) };
    case 'fidelity':
      return { counts: (samples, i) => all(samples, i) && samples.status[i] === 200, isGood: isFaithful };
    case 'acknowledgement':
      return { counts: accepted, isGood: (samples, i) => ackMs(samples, i) <= objective.withinMs };
    case 'accounted':
      return {
        counts: accepted,
        isGood: (samples, i) => answeredWithin(samples, i, deadlineMs) && isAccountedFor(samples, i),
      };
  }
}

/** How long the objective's phase lasted; 0 where it did not take place. */
export function secondsOf({ phase }: RequestObjective, { spans }: TrialView): number {
  const span = spans[phase];
  return span ? Math.max(0, span.toMs - span.fromMs) / 1000 : 0;
}

/** Requests of the objective's phase, in batches of so many seconds by their planned instants. */
export function batchesOf(objective: RequestObjective, view: TrialView, batch: number): Batches {
  const span = view.spans[objective.phase] ?? { fromMs: 0, toMs: 0 };
  const seconds = secondsOf(objective, view);
  const length = seconds === 0 ? 0 : Math.ceil(seconds / batch);
  const batches = { total: new Float64Array(length), missed: new Float64Array(length) };
  const { counts, isGood } = eyesOf(objective, view);
  const { tape, samples } = view;
  const { from, to } = rangeOf(tape, span);
  for (let i = from; i < to; i += 1) {
    if (!counts(samples, i)) continue;
    const position = Math.floor((tape.atMs[i]! - span.fromMs) / (1000 * batch));
    batches.total[position]! += 1;
    if (!isGood(samples, i)) batches.missed[position]! += 1;
  }
  return batches;
}

export function countOf({ total, missed }: Batches): Count {
  const all = total.reduce((a, b) => a + b, 0);
  return { good: all - missed.reduce((a, b) => a + b, 0), total: all };
}

export function addCounts(counts: readonly Count[]): Count {
  return counts.reduce((a, b) => ({ good: a.good + b.good, total: a.total + b.total }), {
    good: 0,
    total: 0,
  });
}
