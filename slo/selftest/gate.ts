import { judgeRegressions, type MetricTrials } from '../regression.ts';
import { smallestVisibleEffect } from '../statistics/power.ts';
import { deviationOf } from '../statistics/student.ts';
import type { Case, Law } from './case.ts';
import type { Random } from './random.ts';

/** How much five metrics vary from trial to trial. */
const VARIATIONS = [0.02, 0.03, 0.05, 0.08, 0.12];
/** Of the variance, the part that a trial does to all metrics alike: a busy machine makes all of them worse. */
const SHARED = 0.5;
const PINNED_TRIALS = 6;
const CALIBRATION_PAIRS = 10;

/** Log values of all metrics, per trial. */
function trialsOf(trials: number, shift: number, random: Random): number[][] {
  return Array.from({ length: trials }, () => {
    const shared = random.normal();
    return VARIATIONS.map(
      (variation) =>
        shift + variation * (Math.sqrt(SHARED) * shared + Math.sqrt(1 - SHARED) * random.normal()),
    );
  });
}

/**
 * One gate: a calibration, a pin and a run, on a machine that is by `drift` another on another day.
 * `slowdown` is what the change under test did to all metrics.
 */
function isRegression(trials: number, slowdown: number, drift: number, random: Random): boolean {
  const halves = [trialsOf(CALIBRATION_PAIRS, 0, random), trialsOf(CALIBRATION_PAIRS, 0, random)] as const;
  const pin = trialsOf(PINNED_TRIALS, drift * random.normal(), random);
  const now = trialsOf(trials, Math.log(slowdown) + drift * random.normal(), random);
  const metrics = VARIATIONS.map((_, metric): MetricTrials => {
    const ratios = halves[0].map((values, i) => values[metric]! - halves[1][i]![metric]!);
    const values = (log: number[][]) => log.map((trial) => Math.exp(trial[metric]!));
    return {
      metric: String(metric),
      worse: 'higher',
      pinned: values(pin),
      now: values(now),
      smallestVisible: smallestVisibleEffect(deviationOf(ratios), trials),
    };
  });
  return judgeRegressions(metrics).some(({ outcome }) => outcome === 'regression');
}

function gateCase(trials: number, slowdown: number, drift: number): Case {
  const changed = slowdown === 1 ? 'unchanged' : `${Math.round((slowdown - 1) * 100)} % slower`;
  const day = drift === 0 ? '' : `, days differ by ${drift * 100} %`;
  return {
    situation: `${changed}, ${trials} trials against a pin of ${PINNED_TRIALS}${day}`,
    measures: [
      slowdown === 1
        ? { what: 'passes', bound: { atLeast: 0.995 } }
        : { what: 'regression found', bound: null },
    ],
    play: (random) => {
      const found = isRegression(trials, slowdown, drift, random);
      return [slowdown === 1 ? !found : found];
    },
  };
}

export const gateLaw: Law = {
  title: 'The gate',
  rule:
    "Per metric, Welch's interval on logarithms must lie wholly beyond the smallest visible effect of this machine, " +
    'and beyond 5 %; all metrics together by Holm. Five metrics that vary by 2 to 12 % from trial to trial, half of ' +
    'that together; calibrated by 10 pairs.',
  runs: { full: 10_000, quick: 1_000 },
  cases: [
    gateCase(3, 1, 0),
    gateCase(6, 1, 0),
    gateCase(3, 1, 0.02),
    gateCase(6, 1, 0.02),
    gateCase(6, 1.1, 0),
    gateCase(6, 1.2, 0),
    gateCase(3, 1.2, 0),
    gateCase(3, 1.5, 0),
  ],
};
