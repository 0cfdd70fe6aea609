import { adjustForMany } from './statistics/holm.ts';
import { type Estimate, intervalOf, pAbove, pBelow } from './statistics/student.ts';
import { estimateDifference } from './statistics/welch.ts';

/** One metric of a pin and of a run that is held against it: a value per trial. */
export interface MetricTrials {
  metric: string;
  /** Which way is worse. */
  worse: 'higher' | 'lower';
  pinned: readonly number[];
  now: readonly number[];
  /** Log ratio that this machine can see at all, from its A/A trials; null where it was not calibrated. */
  smallestVisible: number | null;
}

export interface Regression {
  metric: string;
  outcome: 'pass' | 'regression' | 'inconclusive';
  /** Ratio of the geometric means, now ÷ pinned, with its two-sided 95 % interval; null where there is none. */
  effect: number | null;
  interval: [number, number] | null;
  /** The ratio that the whole interval must lie beyond to be a regression. */
  margin: number | null;
  advice: string;
}

const LEVEL = 0.05;
/** On either side; with fewer the spread says nothing. */
export const FEWEST_TRIALS = 3;
/** Smaller changes are nobody's regression, however sure one is of them. */
export const LEAST_MARGIN = Math.log(1.05);

/**
 * Holds a run against a pin of the same machine. A metric has regressed where Welch's interval on the logarithms lies
 * wholly beyond the margin, adjusted over all metrics by Holm: five metrics at 2.5 % each would let an unchanged
 * server pass ten of ten gates in 28 % of cases.
 */
export function judgeRegressions(metrics: readonly MetricTrials[]): Regression[] {
  const tests = metrics.map(testOf);
  const judged = tests.filter(({ estimate }) => estimate !== null);
  const adjusted = adjustForMany(judged.map(({ pValue }) => pValue));
  return tests.map((test) => resultOf(test, adjusted[judged.indexOf(test)] ?? 1));
}

interface Test {
  trials: MetricTrials;
  estimate: Estimate | null;
  /** Signed: positive where higher is worse. */
  margin: number;
  /** Two-sided, of not lying beyond the margin. */
  pValue: number;
  problem: string | null;
}

function testOf(trials: MetricTrials): Test {
  const problem = problemOf(trials);
  const size = Math.max(trials.smallestVisible ?? 0, LEAST_MARGIN);
  const margin = trials.worse === 'higher' ? size : -size;
  const estimate =
    problem === null ? estimateDifference(trials.now.map(Math.log), trials.pinned.map(Math.log)) : null;
  if (!estimate) return { trials, estimate: null, margin, pValue: 1, problem };
  // Beyond what a number holds there is no ratio to tell.
  if (!Number.isFinite(Math.exp(intervalOf(estimate)[1])))
    return { trials, estimate: null, margin, pValue: 1, problem: 'The values lie too far apart to compare.' };
  const oneSided = trials.worse === 'higher' ? pBelow(estimate, margin) : pAbove(estimate, margin);
  return { trials, estimate, margin, pValue: Math.min(1, 2 * oneSided), problem };
}

function problemOf({ pinned, now, smallestVisible }: MetricTrials): string | null {
  const fewest = Math.min(pinned.length, now.length);
  if (fewest < FEWEST_TRIALS) return `${fewest} trials: at least ${FEWEST_TRIALS} on both sides are needed.`;
  if (smallestVisible === null) return 'Not calibrated on this machine: npm run calibrate.';
  if (![...pinned, ...now].every((value) => value > 0)) return 'Values of 0 have no ratio to others.';
  return null;
}

function resultOf({ trials, estimate, margin, problem }: Test, adjusted: number): Regression {
  const { metric } = trials;
  if (!estimate) {
    return {
      metric,
      outcome: 'inconclusive',
      effect: null,
      interval: null,
      margin: null,
      advice: problem ?? '',
    };
  }
  const [low, high] = intervalOf(estimate);
  return {
    metric,
    outcome: adjusted <= LEVEL ? 'regression' : 'pass',
    effect: Math.exp(estimate.mean),
    interval: [Math.exp(low), Math.exp(high)],
    margin: Math.exp(margin),
    advice: '',
  };
}
