import type { Objective } from '#contract/experiment.ts';
import type { Sample } from '#contract/sample.ts';
import { answeredWithin, correctWithin, firstAtOrAfter, type TrialView } from '#contract/trial-view.ts';
import type { Batches } from './statistics/clustering.ts';

export type RequestObjective = Exclude<Objective, { indicator: 'recovery' }>;

export interface Count {
  good: number;
  total: number;
}

/** What becomes of a planned request in the eyes of an objective. */
interface Eyes {
  counts(sample: Sample | undefined): boolean;
  isGood(sample: Sample | undefined): boolean;
}

/** The indicators' definitions. */
export function eyesOf(objective: RequestObjective, deadlineMs: number): Eyes {
  const all = () => true;
  switch (objective.indicator) {
    case 'availability':
      return { counts: all, isGood: (sample) => answeredWithin(sample, deadlineMs) };
    case 'latency':
      return { counts: all, isGood: (sample) => answeredWithin(sample, objective.withinMs) };
    case 'goodput':
      return { counts: all, isGood: (sample) => correctWithin(sample, deadlineMs) };
    case 'fidelity':
      return { counts: (sample) => sample?.status === 200, isGood: (sample) => sample?.faithful === true };
  }
}

/** How long the objective's phase lasted; 0 where it did not take place. */
export function secondsOf({ phase }: RequestObjective, { spans }: TrialView): number {
  const span = spans[phase];
  return span ? Math.max(0, span.toMs - span.fromMs) / 1000 : 0;
}

/** Requests of the objective's phase, in batches of so many seconds by their planned instants. */
export function batchesOf(objective: RequestObjective, view: TrialView, batch: number): Batches {
  const { fromMs, toMs } = view.spans[objective.phase] ?? { fromMs: 0, toMs: 0 };
  const seconds = secondsOf(objective, view);
  const length = seconds === 0 ? 0 : Math.ceil(seconds / batch);
  const batches = { total: new Float64Array(length), missed: new Float64Array(length) };
  const { counts, isGood } = eyesOf(objective, view.experiment.load.deadlineMs);
  const { atMs } = view.tape;
  const end = firstAtOrAfter(atMs, toMs);
  for (let i = firstAtOrAfter(atMs, fromMs); i < end; i += 1) {
    const sample = view.outcomes[i];
    if (!counts(sample)) continue;
    const position = Math.floor((atMs[i]! - fromMs) / (1000 * batch));
    batches.total[position]! += 1;
    if (!isGood(sample)) batches.missed[position]! += 1;
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
