import type { ExitCode } from '#contract/exit-codes.ts';
import type { Calibration } from '#contract/pin.ts';
import { keepCalibration } from '#harness/effects/calibration-cache.ts';
import { columns } from '#reports/console/layout.ts';
import { exactPercent, percent, threeDigits } from '#reports/format.ts';
import { metricText } from '#reports/words.ts';
import { calibrationOf } from '#slo/calibration.ts';
import { pairsNeeded, smallestVisibleEffect } from '#slo/statistics/power.ts';
import { cacheDir } from './cache-dir.ts';
import { maps } from './maps.ts';
import { DEFAULT_PAIRS, type PlayOptions } from './options.ts';
import { pickExperiments } from './pick-experiments.ts';
import { play } from './play.ts';

/** The change that the table says how many pairs would show. */
const ASKED = 0.1;

/** `calibrate`: the candidate against itself, which shows how much differs on this machine by chance. */
export async function runCalibrate(
  names: string[],
  options: Omit<PlayOptions, 'profile' | 'extendUntilConclusive'>,
): Promise<ExitCode> {
  const { fault } = options;
  const picked = await pickExperiments(names, maps, ({ faults }) => fault === undefined || fault in faults);
  return play({
    command: 'calibrate',
    ...picked,
    options: { ...options, profile: 'standard', extendUntilConclusive: false },
    afterRun: async ({ plan, facts: { record, samples } }) => {
      const found = plan.experiments.map((experiment) => calibrationOf(experiment, record, samples));
      const lines = await Promise.all(found.map(keep));
      return lines.flat();
    },
  });
}

async function keep(calibration: Calibration): Promise<string[]> {
  const { experiment, metrics } = calibration;
  if (Object.keys(metrics).length === 0)
    return ['', `${experiment}: fewer than two valid pairs, so nothing is known of this machine.`];
  const file = await keepCalibration(cacheDir, calibration);
  return ['', ...calibrationText(calibration), `  kept in ${file}`];
}

/** The table of one experiment. */
export function calibrationText(calibration: Calibration): string[] {
  const { experiment, fingerprint, ratePerSecond } = calibration;
  return [
    `${experiment} against itself on ${fingerprint.digest} at ${threeDigits(ratePerSecond)} requests/s: what differs although nothing was changed`,
    ...columns(
      [CALIBRATION_HEAD, ...calibrationRows(calibration)].map((row) => row.map((text) => ({ text }))),
      2,
    ),
  ];
}

export const CALIBRATION_HEAD = [
  'metric',
  'pairs',
  'A/A deviation',
  `visible with ${DEFAULT_PAIRS} pairs`,
  `pairs to see ${exactPercent(ASKED)}`,
];

/** Per metric what six pairs show, and how many show a tenth. */
export function calibrationRows({ metrics }: Calibration): string[][] {
  return Object.entries(metrics).map(([metric, { deviation, pairs }]) => {
    const needed = pairsNeeded(deviation, Math.log(1 + ASKED));
    return [
      metricText(metric),
      String(pairs),
      relative(deviation),
      relative(smallestVisibleEffect(deviation, DEFAULT_PAIRS)),
      needed === null ? 'over 10,000' : String(needed),
    ];
  });
}

/** A log ratio as a change. */
function relative(logRatio: number): string {
  return percent(Math.exp(logRatio) - 1);
}
