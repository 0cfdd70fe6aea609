import type { Experiment } from '#contract/experiment.ts';
import { targetsOf } from '#contract/fault.ts';
import type { Capacity, Plan, PlannedExperiment, PlannedFault } from '#contract/plan.ts';
import { tapeEndMs } from '#harness/tape.ts';

/** Seconds that services, proxies and generator take to come and go, per trial. */
const TRIAL_OVERHEAD_SECONDS = 6;

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
  const seconds = plan.experiments.reduce((sum, experiment) => sum + secondsOf(experiment), 0);
  return [
    ...plan.experiments.map((planned) => experimentText(planned, rates)),
    `About ${minutes(seconds)} in all; everything that is started is stopped again.`,
  ].join('\n');
}

function experimentText(planned: PlannedExperiment, rates: RateSource): string {
  const { trials, tapes, variants } = planned;
  const requests = trials.reduce((sum, { round }) => sum + tapes[round - 1]!.atMs.length, 0);
  return [
    `${planned.name}: ${planned.question}`,
    `  ${trials.length} trial${trials.length === 1 ? '' : 's'}: ${Object.keys(variants).join(', ')}; about ${minutes(secondsOf(planned))}`,
    `  ${rateText(planned, rates)}, ${requests.toLocaleString('en')} requests to loopback`,
    `  ${faultText(planned, rates)}`,
  ].join('\n');
}

function faultText({ name, faults }: PlannedExperiment, { capacities, overridden }: RateSource): string {
  const [fault] = faults;
  if (!fault) return 'no fault';
  const length = `${(fault.healAtMs - fault.injectAtMs) / 1000} s`;
  if (fault.offers) {
    const bound = overridden || capacities[name] ? '' : 'at most ';
    return `fault '${fault.name}': ${bound}${offerText(fault.offers)} for ${length}`;
  }
  const where = fault.inject.length > 0 ? ` on ${targetsOf(fault.inject).join(', ')}` : '';
  return `fault '${fault.name}' for ${length}${where}`;
}

function offerText({ perSecond, ofCapacity }: NonNullable<PlannedFault['offers']>): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s = ${ofCapacity} C`;
}

function rateText(planned: PlannedExperiment, { experiments, capacities, overridden }: RateSource): string {
  const { rate } = experiments.find(({ name }) => name === planned.name)!.load;
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
