import { Default } from 'typebox/value';
import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { FaultScript, FaultUse } from '#contract/fault.ts';
import type { Link } from '#contract/names.ts';
import type { PlannedFault } from '#contract/plan.ts';
import { linksOfTarget } from '#contract/target.ts';
import { refuseTooMuch } from './rates.ts';
import type { PlanRequest } from './request.ts';

/** Steady seconds that must lie before an inject: 5 that are judged and 2 for their samples to arrive (of jobs some 3). */
export const LEAST_STEADY_SECONDS = 7;

/** Chaos asks for a fault; a comparison has one where its experiment has; a calibration where it was asked for. */
export function playsFaults({ faults }: Experiment, { command, fault }: PlanRequest): boolean {
  if (command === 'calibrate') return fault !== undefined;
  return command === 'chaos' || (command === 'compare' && Object.keys(faults).length > 0);
}

export function chosenFault(experiment: Experiment, request: PlanRequest): [string, FaultUse] {
  const names = Object.keys(experiment.faults);
  if (names.length === 0) {
    throw new GauntletError(
      'not-playable',
      `'${experiment.name}' has no faults, so chaos can't play it; loadtest can.`,
    );
  }
  const name = request.fault ?? names[0]!;
  const use = Object.hasOwn(experiment.faults, name) ? experiment.faults[name] : undefined;
  if (!use) {
    throw new GauntletError(
      'unknown-name',
      `'${experiment.name}' has no fault '${name}'; it has: ${names.join(', ')}.`,
    );
  }
  return [name, use];
}

/**
 * A link that some fault of the experiment touches is proxied in every variant, faulted or not. All of a target's are:
 * it was pointed at the proxies of its dependencies, and load goes to it by one.
 */
export function faultedLinks(experiment: Experiment): Link[] {
  if (experiment.target) return linksOfTarget(experiment.target);
  const links = Object.values(experiment.faults).flatMap(({ link }) => (link ? [link] : []));
  return [...new Set(links)];
}

export function planFault(experiment: Experiment, request: PlanRequest, ratePerSecond: number): PlannedFault {
  const { seconds } = experiment.load;
  if (seconds.steady < LEAST_STEADY_SECONDS) {
    throw new GauntletError(
      'not-playable',
      `'${experiment.name}' has ${seconds.steady} s of steady load before its fault; ` +
        `load.seconds.steady must be at least ${LEAST_STEADY_SECONDS}.`,
    );
  }
  const [name, use] = chosenFault(experiment, request);
  const fault = request.faults[use.fault]!;
  const { offers, ...script } = fault.script(Default(fault.options, structuredClone(use.options)), use);
  const injectAtMs = (seconds.warmUp + seconds.steady) * 1000;
  return {
    name,
    injectAtMs,
    healAtMs: injectAtMs + (request.durationSeconds ?? seconds.fault) * 1000,
    ...script,
    ...(offers ? { offers: offered(experiment, request, offers, ratePerSecond) } : {}),
  };
}

/** What a fault on the load asks for. Where `--rate` was given, C is what makes that rate the experiment's multiple. */
function offered(
  { name, load }: Experiment,
  { ratePerSecond, capacities, mostPerSecond }: PlanRequest,
  { ofCapacity, tenant }: NonNullable<FaultScript['offers']>,
  played: number,
): NonNullable<PlannedFault['offers']> {
  const measured = ratePerSecond === undefined ? capacities[name]?.perSecond : undefined;
  const capacity = measured ?? ('ofCapacity' in load.rate ? played / load.rate.ofCapacity : undefined);
  if (capacity === undefined)
    throw new GauntletError(
      'not-playable',
      `A fault of '${name}' is a multiple of C, so load.rate must be one too.`,
    );
  const perSecond = ofCapacity * capacity;
  refuseTooMuch(`'${name}' would offer ${ofCapacity} C =`, perSecond, mostPerSecond);
  return { perSecond, ofCapacity, ...(tenant === undefined ? {} : { tenant }) };
}
