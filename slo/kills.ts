import type { ServiceName } from '#contract/names.ts';
import { came, isAccepted, latenessMs, responseMs } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { effectsBeyondOne, isAccountedFor } from './jobs.ts';

/** One kill of a service, and whether it hit anything. */
export interface Kill {
  service: ServiceName;
  /** Milliseconds after t0 at which it was asked for, and at which the service was back. */
  atMs: number;
  backMs: number;
  /** Jobs that the service had in hand right before, by the metrics. */
  inHand: number;
}

/** Every kill of a trial that was done and healed. */
export function killsOf({ experiment, facts }: TrialView): Kill[] {
  const { t0, scrapes } = facts;
  if (t0 === null) return [];
  const looked = scrapes.filter(({ moment }) => moment === 'before-inject');
  return experiment.faults.flatMap((fault) => {
    const action = fault.inject.find((one) => one.do === 'kill');
    const found = facts.faults.find(({ name }) => name === fault.name);
    const { injectRequestedAt = null, injectedAt = null, healedAt = null } = found ?? {};
    if (!action || injectRequestedAt === null || injectedAt === null || healedAt === null) return [];
    const { service } = action;
    const told = fault.inHand;
    const last = looked.findLast(
      (one) => one.service === told?.toldBy && one.at >= injectRequestedAt && one.at <= injectedAt,
    );
    const inHand = (told && last?.values[told.series]) ?? 0;
    return [{ service, atMs: injectRequestedAt - t0, backMs: healedAt - t0, inHand }];
  });
}

/** Those of a service that hit it with a job in hand: an idle process has nothing to lose. */
export function countedKills(view: TrialView, service: ServiceName): Kill[] {
  return killsOf(view).filter((kill) => kill.service === service && kill.inHand > 0);
}

/**
 * The kills after which every job that was open then was accounted for. A job that was not speaks against every kill
 * that it was open at; an effect that the broker alone counted can't be told from any, and speaks against all.
 */
export function survivedKills(view: TrialView, kills: readonly Kill[]): Kill[] {
  if (effectsBeyondOne(view) !== 0) return [];
  const failed = failedJobs(view);
  return kills.filter(({ atMs, backMs }) => !failed.some((job) => job.fromMs <= backMs && job.toMs >= atMs));
}

function failedJobs({ tape, samples }: TrialView): { fromMs: number; toMs: number }[] {
  return tape.atMs.flatMap((plannedMs, i) => {
    if (!came(samples, i) || !isAccepted(samples, i) || isAccountedFor(samples, i)) return [];
    return [{ fromMs: plannedMs + latenessMs(samples, i), toMs: plannedMs + responseMs(samples, i) }];
  });
}
