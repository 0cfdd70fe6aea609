import type { Experiment } from '#contract/experiment.ts';
import { targetsOf } from '#contract/fault.ts';
import {
  type Capacity,
  experimentOf,
  type Plan,
  type PlannedExperiment,
  type PlannedFault,
  type PlannedTrial,
} from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import { simulationOf } from '#contract/simulation.ts';
import { TRIAL_OVERHEAD_SECONDS } from '#harness/plan/cells.ts';
import { playedTrials } from '#harness/resume.ts';
import { tapeEndMs } from '#harness/tape.ts';

/** Where a plan's rates come from. */
export interface RateSource {
  experiments: readonly Experiment[];
  /** By experiment; one that lacks is not measured yet. */
  capacities: Record<string, Capacity>;
  /** `--rate` replaced them all. */
  overridden: boolean;
}

/** What a plan is going to do, how long it takes, and what it loads. */
export function planText(plan: Plan, rates: RateSource): string {
  return [
    ...plan.experiments.flatMap((planned) =>
      planned.cellOf === undefined
        ? [experimentText(planned, rates), ...cellLines(plan, planned, rates)]
        : [],
    ),
    `About ${planLength(plan)} in all; everything that is started is stopped again.`,
  ].join('\n');
}

/** How long all of a plan takes, in words. */
export function planLength({ experiments }: Plan): string {
  return minutes(experiments.reduce((sum, experiment) => sum + secondsOf(experiment), 0));
}

/** How much of a plan is still to be played, once its run is gone on with. */
export function leftText(plan: Plan, record: RunRecord): string {
  const played = playedTrials(record);
  const all = plan.experiments.reduce((sum, { trials }) => sum + trials.length, 0);
  const left = plan.experiments.map((planned) => {
    const had = record.experiments.find(({ name }) => name === planned.name)?.trials ?? [];
    const isPlayed = (trial: PlannedTrial) =>
      had.some(({ variant, round }) => variant === trial.variant && round === trial.round);
    return secondsOf({ ...planned, trials: planned.trials.filter((trial) => !isPlayed(trial)) });
  });
  const seconds = left.reduce((sum, one) => sum + one, 0);
  return `Goes on with ${record.runId}: ${played} of ${all} trials are played, about ${minutes(seconds)} are left.`;
}

/** The cells of an experiment, a line each. */
function cellLines({ experiments }: Plan, headline: PlannedExperiment, rates: RateSource): string[] {
  const cells = experiments.filter(({ cellOf }) => cellOf === headline.name);
  const [first] = cells;
  if (!first) return [];
  const [whole, short] = [headline, first].map(faultSeconds);
  const why =
    whole === short ? '' : `, each fault for ${short} s in place of ${whole} s, to fit into an hour`;
  const total = cells.reduce((sum, cell) => sum + secondsOf(cell), 0);
  return [
    `  and ${cells.length} cells of ${first.tapes.length} rounds${why}; about ${minutes(total)}`,
    ...cells.map((cell) => `    ${cell.name}: ${cell.trials.length} trials, ${faultText(cell, rates)}`),
  ];
}

function faultSeconds({ faults }: PlannedExperiment): number {
  return faults[0] ? (faults[0].healAtMs - faults[0].injectAtMs) / 1000 : 0;
}

function experimentText(planned: PlannedExperiment, rates: RateSource): string {
  const { trials, tapes, variants } = planned;
  const simulation = simulationOf(planned);
  const requests = trials.reduce((sum, { round }) => sum + tapes[round - 1]!.atMs.length, 0);
  return [
    `${planned.name}: ${planned.question}`,
    `  ${trials.length} trial${trials.length === 1 ? '' : 's'}: ${Object.keys(variants).join(', ')}; about ${minutes(secondsOf(planned))}`,
    `  ${rateText(planned, rates)}, ${requests.toLocaleString('en')} requests to ${planned.target ? planned.target.url : 'loopback'}`,
    `  ${faultText(planned, rates)}`,
    ...(simulation === null ? [] : [`  ${simulation}`]),
  ].join('\n');
}

function faultText(planned: PlannedExperiment, { capacities, overridden }: RateSource): string {
  const [fault] = planned.faults;
  if (!fault) return 'no fault';
  const length = `${faultSeconds(planned)} s`;
  if (fault.offers) {
    const bound = overridden || capacities[experimentOf(planned)] ? '' : 'at most ';
    return `fault '${fault.name}': ${bound}${offerText(fault.offers)} for ${length}`;
  }
  const where = fault.inject.length > 0 ? ` on ${targetsOf(fault.inject).join(', ')}` : '';
  return `fault '${fault.name}' for ${length}${where}`;
}

function offerText({ perSecond, ofCapacity }: NonNullable<PlannedFault['offers']>): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s = ${ofCapacity} C`;
}

function rateText(planned: PlannedExperiment, { experiments, capacities, overridden }: RateSource): string {
  const { rate } = experiments.find(({ name }) => name === experimentOf(planned))!.load;
  const shown = `${Math.round(planned.load.ratePerSecond)}/s`;
  if (overridden || 'perSecond' in rate) return shown;
  const formula = `min(${rate.ofCapacity} C, ${rate.atMost}/s)`;
  const capacity = capacities[planned.name];
  if (!capacity) return `${formula}, C not measured yet: at most ${shown}`;
  const sign = capacity.atLeast ? '≥' : '=';
  const day = capacity.measuredAt.slice(0, 10);
  return `${shown} = ${formula} with C ${sign} ${Math.round(capacity.perSecond)}/s (${capacity.variant}, measured ${day}; --remeasure)`;
}

function secondsOf({ trials, tapes }: PlannedExperiment): number {
  return trials.reduce(
    (sum, { round }) => sum + tapeEndMs(tapes[round - 1]!) / 1000 + TRIAL_OVERHEAD_SECONDS,
    0,
  );
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} minutes`;
}
