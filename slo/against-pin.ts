import type { Calibration, Pin } from '#contract/pin.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { RegressionResult } from '#contract/verdict.ts';
import { NOT_EXCLUDED } from './against-commit.ts';
import { calibrationAt, visibleEffect } from './calibration.ts';
import { metrics } from './metrics.ts';
import { circumstancesOf, differences } from './pin.ts';
import { FEWEST_TRIALS, judgeRegressions, type MetricTrials, type Regression } from './regression.ts';
import {
  candidateValues,
  type RegressionMetricName,
  regressionMetrics,
  watchedMetrics,
} from './regression-metrics.ts';
import { meanOf } from './statistics/student.ts';
import type { CheckedTrials } from './validity.ts';

/** What a run is held against, per experiment; what is not there is not judged, or inconclusive. */
export interface References {
  pins: Readonly<Record<string, Pin>>;
  /** Of the machine that the run was played on, at whichever rates. */
  calibrations: Readonly<Record<string, readonly Calibration[]>>;
}

/** The candidate's metrics against those of a pin. */
export function judgeAgainstPin(
  experiment: PlannedExperiment,
  trials: CheckedTrials,
  pin: Pin,
  calibrations: readonly Calibration[],
): RegressionResult[] {
  const calibration = calibrationAt(calibrations, experiment.load.ratePerSecond);
  const values = candidateValues(experiment, trials);
  const watched = watchedMetrics(experiment.faults.length > 0).map((metric) =>
    trialsOf(metric, pin, values, calibration),
  );
  const different = differences(pin.circumstances, circumstancesOf(experiment));
  if (different.length > 0) {
    const advice = `Not comparable with the pin: ${different.join('; ')}. Play it alike, or pin a run that is played so.`;
    return watched.map((one) => result(one, pin, notComparable(one.metric, advice)));
  }
  return judgeRegressions(watched).map((regression, i) =>
    result(watched[i]!, pin, {
      ...regression,
      advice: adviceOf(regression, watched[i]!, experiment, calibrations),
    }),
  );
}

function adviceOf(
  regression: Regression,
  trials: WatchedTrials,
  experiment: PlannedExperiment,
  calibrations: readonly Calibration[],
): string {
  if (isUncalibrated(trials)) return calibrateAdvice(experiment, trials, calibrations);
  return isOpen(regression, trials)
    ? `${NOT_EXCLUDED} More trials would tell: --profile standard.`
    : regression.advice;
}

/** It passes, since nothing is shown; but its interval reaches beyond the margin. */
function isOpen({ outcome, interval, margin }: Regression, { worse }: WatchedTrials): boolean {
  if (outcome !== 'pass' || interval === null || margin === null) return false;
  return worse === 'higher' ? interval[1] > margin : interval[0] < margin;
}

interface WatchedTrials extends MetricTrials {
  metric: RegressionMetricName;
}

function trialsOf(
  metric: RegressionMetricName,
  pin: Pin,
  values: Record<string, number[]>,
  calibration: Calibration | undefined,
): WatchedTrials {
  const pinned = pin.metrics[metric] ?? [];
  const now = values[metric] ?? [];
  return {
    metric,
    worse: regressionMetrics[metric].worse,
    pinned,
    now,
    smallestVisible: visibleEffect(calibration, metric, Math.min(pinned.length, now.length)),
  };
}

function notComparable(metric: string, advice: string): Regression {
  return { metric, outcome: 'inconclusive', effect: null, interval: null, margin: null, advice };
}

function isUncalibrated({ pinned, now, smallestVisible }: WatchedTrials): boolean {
  return Math.min(pinned.length, now.length) >= FEWEST_TRIALS && smallestVisible === null;
}

function calibrateAdvice(
  { name, faults, load }: PlannedExperiment,
  { metric }: WatchedTrials,
  calibrations: readonly Calibration[],
): string {
  const fault = regressionMetrics[metric].needsFault ? ` --fault ${faults[0]?.name}` : '';
  const again = `npm run calibrate -- ${name}${fault} --rate ${load.ratePerSecond}`;
  const others = calibrations
    .filter((one) => one.ratePerSecond !== load.ratePerSecond && metric in one.metrics)
    .map((one) => `${one.ratePerSecond}/s`);
  if (others.length === 0) return `Not calibrated on this machine: ${again}`;
  return `Calibrated on this machine at ${others.join(', ')}, not at the ${load.ratePerSecond}/s of this run: ${again}`;
}

function result({ metric, pinned, now }: WatchedTrials, pin: Pin, regression: Regression): RegressionResult {
  const mean = (values: readonly number[]) => (values.length === 0 ? null : meanOf(values));
  const { worse } = regressionMetrics[metric];
  return {
    ...regression,
    against: pin.runId,
    unit: metrics[metric].unit,
    worse,
    before: mean(pinned),
    now: mean(now),
  };
}
