import { Default } from 'typebox/value';
import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Fault } from '#contract/fault.ts';
import type { PlanRequest } from './request.ts';

/** Requests per second that one generator on one core can be asked for. */
export const MOST_PER_SECOND = 8_000;

/** What a capacity measurement is for. */
export interface CapacityNeed {
  /** Requests per second at which it may stop. */
  perSecond: number;
  /** C itself is asked for, not only that it is at least so much: a multiple of C must be more than is held. */
  isExact: boolean;
}

/** Undefined where no C is needed. */
export function neededCapacity(
  { load: { rate }, faults }: Experiment,
  known: Record<string, Fault>,
): CapacityNeed | undefined {
  if ('perSecond' in rate) return undefined;
  const offers = Object.values(faults).flatMap((use) => {
    const fault = known[use.fault];
    return fault?.script(Default(fault.options, structuredClone(use.options)), use).offers ?? [];
  });
  if (offers.length === 0) return { perSecond: rate.atMost / rate.ofCapacity, isExact: false };
  const most = Math.max(rate.ofCapacity, ...offers.map(({ ofCapacity }) => ofCapacity));
  return { perSecond: Math.floor(MOST_PER_SECOND / most), isExact: true };
}

export function rateOf(experiment: Experiment, request: PlanRequest): number {
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
 * Of k6. Each has any number of requests under way, so there are few: each takes half a megabyte of objects that k6's
 * collector has to go through, and with one for every request that may wait it stopped sending meanwhile.
 */
export const VIRTUAL_USERS = 20;
