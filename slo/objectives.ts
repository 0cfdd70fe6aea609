import type { Objective } from '#contract/experiment.ts';
import type { TrialView } from '#contract/trial-view.ts';
import type { ObjectiveResult, Outcome, Recovery } from '#contract/verdict.ts';
import { addCounts, batchesOf, type Count, countOf, type RequestObjective, secondsOf } from './count.ts';
import { judgeFaultCount, judgeFaultRatios } from './fault-objectives.ts';
import { countedKills, survivedKills } from './kills.ts';
import { scopeOfSeconds } from './scope.ts';
import { decideShare, interval95, requestsToPass } from './statistics/binomial.ts';
import { batchSeconds, type Clustering, clusteringOf } from './statistics/clustering.ts';
import { meanOf } from './statistics/student.ts';

/** Judges one objective over all trials of one variant; decisions are one-sided at the confidence. */
export function judgeObjective(
  objective: Objective,
  variant: string,
  views: readonly TrialView[],
  recoveries: readonly Recovery[],
  confidence = 0.95,
): ObjectiveResult {
  if (objective.indicator === 'recovery') return judgeRecovery(objective, variant, recoveries, confidence);
  if (objective.indicator === 'kills') return judgeKills(objective, variant, views, confidence);
  return objective.phase === 'fault'
    ? judgeByFault(objective, variant, views, confidence)
    : judgeByRequest(objective, variant, views, confidence);
}

function judgeByRequest(
  objective: RequestObjective,
  variant: string,
  views: readonly TrialView[],
  confidence: number,
): ObjectiveResult {
  const seconds = views.reduce((sum, view) => sum + secondsOf(objective, view), 0);
  const trials = views.map((view) => batchesOf(objective, view, batchSeconds(seconds)));
  const count = addCounts(trials.map(countOf));
  const { good, total } = count;
  const clustering = clusteringOf(trials);
  // "All of them" can't be shown by a sample; what can be is that none was seen.
  const outcome =
    objective.target === 1
      ? allGood(count)
      : decideShare(good, total, objective.target, clustering, confidence);
  return {
    ...head(objective, variant),
    unit: 'request',
    outcome,
    ...count,
    ratio: total === 0 ? null : good / total,
    interval: total === 0 ? null : interval95(good, total, clustering),
    designEffect: total === 0 ? null : clustering.designEffect,
    scope: outcome === 'pass' ? scopeOfSeconds(seconds) : '',
    advice: outcome === 'inconclusive' ? moreRequests(objective, count, clustering, views, confidence) : '',
  };
}

function moreRequests(
  { target }: RequestObjective,
  { good, total }: Count,
  clustering: Clustering,
  views: readonly TrialView[],
  confidence: number,
): string {
  if (total === 0) return 'No request fell into this phase.';
  const needed = requestsToPass(good, total, target, clustering, confidence);
  if (needed === null)
    return 'The share lies at or below the target; more requests of this kind would not pass it.';
  const { ratePerSecond } = views[0]!.experiment.load;
  const seconds = Math.ceil((needed - total) / ratePerSecond);
  const together = clustering.designEffect < 2 ? '' : ', with misses that come together as they did';
  return `At this share${together} ${needed - total} more requests, ${seconds} s at ${Math.round(ratePerSecond)}/s, would settle it.`;
}

/** In the fault window the datum is one ratio per injected fault: requests of one fault share its fate. */
function judgeByFault(
  objective: RequestObjective,
  variant: string,
  views: readonly TrialView[],
  confidence: number,
): ObjectiveResult {
  const trials = views.map((view) => countOf(batchesOf(objective, view, 1)));
  const faults = trials.filter(({ total }) => total > 0);
  const ratios = faults.map(({ good, total }) => good / total);
  const count = addCounts(faults);
  const flawless = faults.filter(({ good, total }) => good === total).length;
  return {
    ...head(objective, variant),
    unit: 'fault',
    ...count,
    ratio: faults.length === 0 ? null : meanOf(ratios),
    designEffect: null,
    ...(objective.target === 1
      ? // Its ratio is of requests, so an interval over faults would not be the ratio's.
        { ...judgeFaultCount(flawless, faults.length, 1, confidence), interval: null }
      : judgeFaultRatios(ratios, objective.target, confidence)),
  };
}

function judgeRecovery(
  objective: Extract<Objective, { indicator: 'recovery' }>,
  variant: string,
  recoveries: readonly Recovery[],
  confidence: number,
): ObjectiveResult {
  const known = recoveries.filter(({ state }) => state !== 'unknown');
  const good = known.filter(
    ({ recoverSeconds }) => recoverSeconds !== null && recoverSeconds <= objective.withinSeconds,
  ).length;
  return {
    ...head(objective, variant),
    unit: 'fault',
    good,
    total: known.length,
    ratio: known.length === 0 ? null : good / known.length,
    designEffect: null,
    ...judgeFaultCount(good, known.length, objective.target, confidence),
  };
}

function judgeKills(
  objective: Extract<Objective, { indicator: 'kills' }>,
  variant: string,
  views: readonly TrialView[],
  confidence: number,
): ObjectiveResult {
  const trials = views.map((view) => {
    const kills = countedKills(view, objective.service);
    return { good: survivedKills(view, kills).length, total: kills.length };
  });
  const { good, total } = addCounts(trials);
  return {
    ...head(objective, variant),
    unit: 'fault',
    good,
    total,
    ratio: total === 0 ? null : good / total,
    designEffect: null,
    ...judgeFaultCount(good, total, objective.target, confidence),
  };
}

function allGood({ good, total }: Count): Outcome {
  if (total === 0) return 'inconclusive';
  return good === total ? 'pass' : 'fail';
}

function head({ name, phase, target }: Objective, variant: string) {
  return { name, variant, phase, target };
}
