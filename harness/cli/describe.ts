import type { Experiment } from '#contract/experiment.ts';
import type { Capacity, Plan, PlannedExperiment } from '#contract/plan.ts';
import { tapeEndMs } from '#harness/tape.ts';

/** Seconds that services, proxies and generator take to come and go, per trial. */
const TRIAL_OVERHEAD_SECONDS = 6;

/** What a plan is going to do, how long it takes, and what it loads. */
export function planText(
  plan: Plan,
  capacities: Record<string, Capacity>,
  experiments: readonly Experiment[],
): string {
  const lines = plan.experiments.map((planned) => {
    const experiment = experiments.find(({ name }) => name === planned.name)!;
    return experimentText(planned, experiment, capacities[planned.name]);
  });
  const seconds = plan.experiments.reduce((sum, experiment) => sum + secondsOf(experiment), 0);
  return [...lines, `About ${minutes(seconds)} in all; everything that is started is stopped again.`].join(
    '\n',
  );
}

function experimentText(
  planned: PlannedExperiment,
  experiment: Experiment,
  capacity: Capacity | undefined,
): string {
  const variants = Object.keys(planned.variants).join(', ');
  const fault = planned.faults[0];
  const faultText = fault
    ? `, fault '${fault.name}' for ${(fault.healAtMs - fault.injectAtMs) / 1000} s${
        planned.proxiedLinks.length > 0 ? ` on ${planned.proxiedLinks.join(', ')}` : ''
      }`
    : ', no fault';
  const requests = planned.trials.reduce((sum, { round }) => sum + planned.tapes[round - 1]!.atMs.length, 0);
  return (
    `${planned.name}: ${planned.question}\n` +
    `  ${planned.trials.length} trial${planned.trials.length === 1 ? '' : 's'} (${variants}) at ` +
    `${rateText(planned, experiment, capacity)}, ${requests.toLocaleString('en')} requests to loopback${faultText}; ` +
    `about ${minutes(secondsOf(planned))}`
  );
}

function rateText(
  planned: PlannedExperiment,
  experiment: Experiment,
  capacity: Capacity | undefined,
): string {
  const { rate } = experiment.load;
  const shown = `${Math.round(planned.load.ratePerSecond)}/s`;
  if ('perSecond' in rate || planned.load.ratePerSecond !== rate.atMost)
    return shown + capacityText(capacity);
  const formula = `min(${rate.ofCapacity} C, ${rate.atMost}/s)`;
  return capacity ? `${shown} = ${formula}${capacityText(capacity)}` : `${formula}, C not measured yet`;
}

export function capacityText(capacity: Capacity | null | undefined): string {
  if (!capacity) return '';
  const sign = capacity.atLeast ? '≥' : '=';
  const measured = `measured ${capacity.measuredAt.slice(0, 10)} on ${capacity.variant}, anew with --remeasure`;
  return ` (C ${sign} ${Math.round(capacity.perSecond)}/s, ${measured})`;
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
