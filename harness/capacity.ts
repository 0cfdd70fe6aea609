import type { Experiment } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { KeyDraw } from './keys.ts';
import { faultedLinks } from './plan/faults.ts';
import { VIRTUAL_USERS } from './plan/rates.ts';
import { POOL } from './plan.ts';
import { makeTape, type TapeSegment } from './tape.ts';

/** Milliseconds after which a capacity probe's client gives up: later answers count as bad anyway. */
const CLIENT_TIMEOUT_MS = 200;
const STEP_SECONDS = 2;
const CONFIRM_SECONDS = 4;
/** Shares of the highest rate that a cold system is warmed up with before it is looked at. */
const WARM_UP = [0.25, 0.5, 0.75] as const;
/** Of each share; a ramp's own steps warm the system up for the next. */
const WARM_UP_SECONDS = 1;
/**
 * One rate alone is met by a new system, whose code is hot only after some ten thousand requests: after three seconds of
 * warm-up a fast one held two thirds of what it held after nine.
 */
const CONFIRM_WARM_UP_SECONDS = 3;
/** Shares of the needed rate at which the ramp stops to look. */
const STEPS = [0.25, 0.5, 0.75, 1] as const;
/** Seed of the probes' tapes: a capacity must not depend on the run's seed. */
const SEED = 1;

/** The variant whose capacity is an experiment's C. */
export function capacityVariant(experiment: Experiment): string {
  return experiment.mainBaseline ?? CANDIDATE;
}

/** The rates of a short ramp up to what the experiment needs. */
export function rampRates(neededPerSecond: number): number[] {
  return STEPS.map((share) => Math.round(share * neededPerSecond));
}

/** The rates of a second ramp between one that was held and one that was not. */
export function ratesBetween(held: number, tooMuch: number): number[] {
  return [0.25, 0.5, 0.75].map((share) => Math.round(held + share * (tooMuch - held)));
}

/**
 * How a probe looks: at a ramp up to what an experiment needs; at one that climbs on until it is too much; or at one
 * rate again.
 */
export type ProbeKind = 'ramp' | 'climb' | 'confirm';

/** A play of one variant at rates one after the other, without faults; its steady spans belong to the rates. */
export function planProbe(
  experiment: Experiment,
  ratesPerSecond: readonly number[],
  kind: ProbeKind,
  keys: KeyDraw,
  scenario = experiment.load.scenario,
): PlannedExperiment {
  const name = capacityVariant(experiment);
  const variant = name === CANDIDATE ? experiment.candidate : experiment.baselines[name]!;
  const highest = Math.max(...ratesPerSecond);
  const [warmUpSeconds, seconds] =
    kind === 'confirm' ? [CONFIRM_WARM_UP_SECONDS, CONFIRM_SECONDS] : [WARM_UP_SECONDS, STEP_SECONDS];
  // A climb's last rates are beyond what the system holds: what waits after such a warm-up would spoil its first.
  const warmUp = kind === 'climb' ? Math.min(...ratesPerSecond) : highest;
  const segments: TapeSegment[] = [
    ...WARM_UP.map(
      (share): TapeSegment => ({ phase: 'warm-up', seconds: warmUpSeconds, ratePerSecond: warmUp * share }),
    ),
    ...ratesPerSecond.map((ratePerSecond): TapeSegment => ({ phase: 'steady', seconds, ratePerSecond })),
  ];
  return {
    name: experiment.name,
    question: `What rate does '${name}' hold on this machine?`,
    pattern: null,
    variants: { [name]: variant },
    proxiedLinks: faultedLinks(experiment),
    capacity: null,
    load: {
      scenario,
      ratePerSecond: highest,
      deadlineMs: experiment.load.deadlineMs,
      clientTimeoutMs: CLIENT_TIMEOUT_MS,
      vus: VIRTUAL_USERS,
    },
    tapes: [makeTape(segments, POOL.size, SEED, { keys })],
    faults: [],
    trials: [{ id: `capacity-${kind}-${highest}`, variant: name, round: 1 }],
    objectives: [],
    claims: [],
  };
}

/** Index of the highest rate such that it and all before it were held; -1 for none. */
export function highestHeld(held: readonly boolean[]): number {
  const first = held.indexOf(false);
  return first === -1 ? held.length - 1 : first - 1;
}
