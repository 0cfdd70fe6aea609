import { Default } from 'typebox/value';
import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Fault } from '#contract/fault.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import type { PlanRequest } from './request.ts';

/** What a capacity measurement is for. */
export interface CapacityNeed {
  /** Requests per second at which it may stop. */
  perSecond: number;
  /** C itself is asked for, not only that it is at least so much: a multiple of C must be more than is held. */
  isExact: boolean;
}

/** Undefined where no C is needed; at most so many requests a second can be asked of the load generator. */
export function neededCapacity(
  { name, load: { rate }, faults }: Experiment,
  known: Record<string, Fault>,
  mostPerSecond: number,
): CapacityNeed | undefined {
  if ('perSecond' in rate) return undefined;
  const offers = Object.values(faults).flatMap((use) => {
    const fault = known[use.fault];
    return fault?.script(Default(fault.options, structuredClone(use.options)), use).offers ?? [];
  });
  if (offers.length === 0) {
    const perSecond = rate.atMost / rate.ofCapacity;
    refuseTooMuch(
      `To measure C of '${name}' (load.rate: atMost ÷ ofCapacity) takes`,
      perSecond,
      mostPerSecond,
    );
    return { perSecond, isExact: false };
  }
  const most = Math.max(rate.ofCapacity, ...offers.map(({ ofCapacity }) => ofCapacity));
  return { perSecond: Math.floor(mostPerSecond / most), isExact: true };
}

/** Refuses a rate that the load generator of this machine could not send. */
export function refuseTooMuch(what: string, perSecond: number, mostPerSecond: number): void {
  if (perSecond <= mostPerSecond) return;
  throw new GauntletError(
    'not-playable',
    `${what} ${Math.round(perSecond)} requests/s; the load generator of this machine sends at most ${mostPerSecond}: ` +
      `${MOST_PER_CORE} for each of its cores.`,
  );
}

export function rateOf(experiment: Experiment, request: PlanRequest): number {
  const perSecond = askedRate(experiment, request);
  refuseTooMuch(`'${experiment.name}' asks for`, perSecond, request.mostPerSecond);
  return perSecond;
}

function askedRate(experiment: Experiment, request: PlanRequest): number {
  if (request.ratePerSecond !== undefined) return request.ratePerSecond;
  const { rate } = experiment.load;
  if ('perSecond' in rate) return rate.perSecond;
  const capacity = request.capacities[experiment.name];
  if (!capacity)
    throw new GauntletError(
      'not-playable',
      `The rate of '${experiment.name}' is a multiple of C, which was not measured.`,
    );
  return Math.min(rate.ofCapacity * capacity.perSecond, rate.atMost);
}

/**
 * Of k6. Each has any number of requests under way, so there are as few as let one send while the other reads an
 * answer: the fewer there are, the more each does in a turn of its event loop, and the less k6's collector goes through.
 */
export const VIRTUAL_USERS = 2;
