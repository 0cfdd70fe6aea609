import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { GauntletError } from '#contract/errors.ts';
import type { Experiment, Soak } from '#contract/experiment.ts';
import { METRICS } from '#contract/metrics.ts';
import type { ServiceName } from '#contract/names.ts';
import type { PlannedFault } from '#contract/plan.ts';
import { planFault } from './faults.ts';
import type { PlanRequest } from './request.ts';

/** A killed service is started again so long after. */
const DOWN_MS = 300;
/** Share of the time between two kills in which the second may fall: the services need the rest to be back. */
const DRAWN_SHARE = 0.4;

/** Whose metrics tell what a service has in hand: a broker has none of its own. */
const IN_HAND: Partial<Record<ServiceName, NonNullable<PlannedFault['inHand']>>> = {
  broker: { toldBy: 'gateway', series: METRICS.jobsWaiting },
  worker: { toldBy: 'worker', series: METRICS.jobsRunning },
  'model-server': { toldBy: 'model-server', series: METRICS.modelQueueDepth },
  gateway: { toldBy: 'gateway', series: `${METRICS.patternInFlight}{pattern="async"}` },
};

/** Whether the experiment is played as its soak. */
export function isSoak({ command, profile }: PlanRequest): boolean {
  return command === 'chaos' && profile === 'soak';
}

/** The soak of an experiment; an error in words where it has none. */
export function soakOf({ name, soak }: Experiment): Soak {
  if (soak) return soak;
  throw new GauntletError('not-playable', `'${name}' has no soak, so chaos can't play profile 'soak' of it.`);
}

/** The kills in their order and at their moments, all by the seed, and around them the fault that is there beside. */
export function planSoak(
  experiment: Experiment,
  request: PlanRequest,
  ratePerSecond: number,
): PlannedFault[] {
  const soak = soakOf(experiment);
  const { seconds } = experiment.load;
  const random = uniform(request.seed);
  const everyMs = soak.everySeconds * 1000;
  const most =
    request.durationSeconds === undefined
      ? Infinity
      : Math.floor(request.durationSeconds / soak.everySeconds);
  const order = shuffled(
    soak.kills.flatMap((service) => Array<ServiceName>(soak.each).fill(service)),
    random,
  );
  const startMs = (seconds.warmUp + seconds.steady) * 1000;
  const { script } = request.faults['kill']!;
  const kills = order.slice(0, most).map((service, i): PlannedFault => {
    const { inject, heal, bite } = script({}, { service });
    const inHand = IN_HAND[service];
    const injectAtMs = startMs + Math.round((i + DRAWN_SHARE * random()) * everyMs) + DOWN_MS;
    return {
      name: `kill-${service}-${i + 1}`,
      injectAtMs,
      healAtMs: injectAtMs + DOWN_MS,
      inject,
      heal,
      // Calls are counted between the edges of one window, and here are hundreds.
      bite: { ...bite, link: null },
      ...(inHand ? { inHand } : {}),
    };
  });
  if (soak.beside === undefined) return kills;
  const endMs = startMs + Math.ceil(kills.length * everyMs) + DOWN_MS;
  return [besideFault(experiment, request, ratePerSecond, soak.beside, startMs, endMs), ...kills];
}

function besideFault(
  experiment: Experiment,
  request: PlanRequest,
  ratePerSecond: number,
  fault: string,
  injectAtMs: number,
  healAtMs: number,
): PlannedFault {
  const planned = planFault(experiment, { ...request, fault }, ratePerSecond);
  return { ...planned, injectAtMs, healAtMs, bite: { link: null, anyOf: [] } };
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const all = [...values];
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}
