import type { Objective } from '#contract/experiment.ts';
import { answeredWithin, correctWithin, entriesIn, type TrialView } from '#contract/trial-view.ts';
import type { ObjectiveResult, Outcome, Recovery } from '#contract/verdict.ts';
import { decideShare, interval95, requestsToPass } from './statistics/binomial.ts';

interface Count {
  good: number;
  total: number;
}

type RequestObjective = Exclude<Objective, { indicator: 'recovery' }>;

/** Judges one objective over all trials of one variant. */
export function judgeObjective(
  objective: Objective,
  variant: string,
  views: readonly TrialView[],
  recoveries: readonly Recovery[],
): ObjectiveResult {
  if (objective.indicator === 'recovery') return judgeRecovery(objective, variant, recoveries);
  const counts = views.map((view) => countIn(objective, view));
  const sum = counts.reduce((a, b) => ({ good: a.good + b.good, total: a.total + b.total }), {
    good: 0,
    total: 0,
  });
  return objective.phase === 'fault'
    ? judgeByFault(objective, variant, counts, sum)
    : judgeByRequest(objective, variant, sum, views);
}

/** Good and total of one trial: the indicator's definition. */
function countIn(objective: RequestObjective, view: TrialView): Count {
  const span = view.spans[objective.phase];
  if (!span) return { good: 0, total: 0 };
  const entries = entriesIn(view, span);
  const { deadlineMs } = view.experiment.load;
  switch (objective.indicator) {
    case 'availability':
      return { good: entries.filter((s) => answeredWithin(s, deadlineMs)).length, total: entries.length };
    case 'latency':
      return {
        good: entries.filter((s) => answeredWithin(s, objective.withinMs)).length,
        total: entries.length,
      };
    case 'goodput':
      return { good: entries.filter((s) => correctWithin(s, deadlineMs)).length, total: entries.length };
    case 'fidelity': {
      const answered = entries.filter((s) => s?.status === 200);
      return { good: answered.filter((s) => s?.faithful).length, total: answered.length };
    }
  }
}

function judgeByRequest(
  objective: RequestObjective,
  variant: string,
  { good, total }: Count,
  views: readonly TrialView[],
): ObjectiveResult {
  // "All of them" can't be shown by a sample; what can be is that none was seen.
  const outcome = objective.target === 1 ? allGood(good, total) : decideShare(good, total, objective.target);
  return {
    ...result(objective, variant, 'request', good, total),
    outcome,
    interval: total === 0 ? null : interval95(good, total),
    advice: outcome === 'inconclusive' ? moreRequests(objective, good, total, views) : '',
  };
}

function moreRequests(
  objective: RequestObjective,
  good: number,
  total: number,
  views: readonly TrialView[],
): string {
  if (total === 0) return 'No request fell into this phase.';
  const needed = requestsToPass(good, total, objective.target);
  if (needed === null)
    return 'The share lies at or below the target; more requests of this kind would not pass it.';
  const rate = views[0]!.experiment.load.ratePerSecond;
  const seconds = Math.ceil((needed - total) / rate);
  return `At this share ${needed - total} more requests, ${seconds} s at ${Math.round(rate)}/s, would settle it.`;
}

/** In the fault window the datum is one ratio per injected fault: requests of one fault share its fate. */
function judgeByFault(
  objective: RequestObjective,
  variant: string,
  counts: readonly Count[],
  sum: Count,
): ObjectiveResult {
  const ratios = counts.filter(({ total }) => total > 0).map(({ good, total }) => good / total);
  const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
  const outcome = ratios.length === 0 ? 'inconclusive' : mean >= objective.target ? 'pass' : 'fail';
  return {
    ...result(objective, variant, 'fault', sum.good, sum.total),
    outcome,
    advice: demonstrated(ratios.length),
  };
}

function judgeRecovery(
  objective: Extract<Objective, { indicator: 'recovery' }>,
  variant: string,
  recoveries: readonly Recovery[],
): ObjectiveResult {
  const known = recoveries.filter(({ state }) => state !== 'unknown');
  const good = known.filter(
    ({ recoverSeconds }) => recoverSeconds !== null && recoverSeconds <= objective.withinSeconds,
  ).length;
  const outcome =
    known.length === 0 ? 'inconclusive' : good / known.length >= objective.target ? 'pass' : 'fail';
  return {
    ...result(objective, variant, 'fault', good, known.length),
    outcome,
    advice: demonstrated(known.length),
  };
}

function demonstrated(faults: number): string {
  if (faults === 0) return 'No fault ran its course.';
  return `demonstrated on ${faults} fault${faults === 1 ? '' : 's'}`;
}

function allGood(good: number, total: number): Outcome {
  if (total === 0) return 'inconclusive';
  return good === total ? 'pass' : 'fail';
}

function result(
  objective: Objective,
  variant: string,
  unit: 'request' | 'fault',
  good: number,
  total: number,
) {
  const { name, phase, target } = objective;
  return {
    name,
    variant,
    phase,
    unit,
    good,
    total,
    ratio: total === 0 ? null : good / total,
    target,
    interval: null,
  };
}
