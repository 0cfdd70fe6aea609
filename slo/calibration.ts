import { fingerprintOf } from '#contract/fingerprint.ts';
import { CANDIDATE_AGAIN } from '#contract/names.ts';
import { CALIBRATION_VERSION, type CalibratedMetric, type Calibration } from '#contract/pin.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { pairsOf } from './pairs.ts';
import { type RegressionMetricName, watchedMetrics } from './regression-metrics.ts';
import { roundsOf } from './rounds.ts';
import { smallestVisibleEffect } from './statistics/power.ts';
import { deviationOf } from './statistics/student.ts';
import { type CheckedTrials, checkTrials } from './validity.ts';

/** What a run of the candidate against itself says of how much its metrics differ by chance. */
export function calibrationOf(
  experiment: PlannedExperiment,
  record: RunRecord,
  samples: ReadonlyMap<string, Samples>,
): Calibration {
  const trials = checkTrials(experiment, record, samples);
  const measured = watchedMetrics(experiment.faults.length > 0).flatMap((name) => {
    const deviation = deviationBetween(name, trials);
    return deviation === null
      ? []
      : [[name, { ...deviation, runId: record.runId, measuredAt: record.endedAt }] as const];
  });
  return {
    schemaVersion: CALIBRATION_VERSION,
    experiment: experiment.name,
    fingerprint: fingerprintOf(record.machine),
    ratePerSecond: experiment.load.ratePerSecond,
    metrics: Object.fromEntries(measured),
  };
}

/** Null with fewer than two valid pairs, and where a value is 0 or missing. */
function deviationBetween(
  metric: RegressionMetricName,
  { views, valid }: CheckedTrials,
): Pick<CalibratedMetric, 'deviation' | 'pairs'> | null {
  const claim = {
    name: metric,
    kind: 'cost',
    against: CANDIDATE_AGAIN,
    metric,
    compare: 'ratio',
    bound: { atMost: 1 },
  } as const;
  const { effects, problem } = pairsOf(claim, roundsOf(claim, views, valid));
  return problem === null ? { deviation: deviationOf(effects), pairs: effects.length } : null;
}

/** The one that was made at a rate. */
export function calibrationAt(
  calibrations: readonly Calibration[],
  ratePerSecond: number,
): Calibration | undefined {
  return calibrations.find((one) => one.ratePerSecond === ratePerSecond);
}

/** The log ratio that so many pairs, or trials of each side, show in 90 %; null where the metric is not calibrated. */
export function visibleEffect(
  calibration: Calibration | undefined,
  metric: string,
  pairs: number,
): number | null {
  const calibrated = calibration?.metrics[metric];
  return calibrated && pairs >= 2 ? smallestVisibleEffect(calibrated.deviation, pairs) : null;
}
