import type { Effects } from '#contract/effects.ts';
import { GauntletError, knownCode } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { Capacity, PlannedExperiment } from '#contract/plan.ts';
import {
  capacityVariant,
  highestHeld,
  type ProbeKind,
  planProbe,
  rampRates,
  ratesBetween,
} from '#harness/capacity.ts';
import type { CapacityNeed } from '#harness/plan/rates.ts';
import type { RunHooks } from '#harness/run.ts';
import { playTrial, type TrialHooks } from '#harness/trial.ts';
import { ratesHeld } from '#slo/capacity.ts';
import { maps } from './maps.ts';

/** Where even the first step of a ramp is too much, the ramp is tried so many times smaller. */
const SMALLER = [1, 0.2, 0.04] as const;

/** A probe that is disturbed is played so many times at most. */
const MOST_PLAYS = 3;

export type CapacityHooks = Pick<RunHooks, Exclude<keyof TrialHooks, 'keep'> | 'disturbance'>;

/** C, by a short ramp and a confirmation, no further than the experiment needs. */
export async function measureCapacity(
  experiment: Experiment,
  { perSecond, isExact }: CapacityNeed,
  effects: Effects,
  hooks: CapacityHooks,
): Promise<Capacity> {
  const { keys, jobs } = maps.scenarios[experiment.load.scenario]!;
  // C is what can be answered at once, so jobs are asked for as plain requests are.
  const scenario = jobs ? 'steady' : experiment.load.scenario;
  const probe: Probe = (rates, kind) =>
    playProbe(planProbe(experiment, rates, kind, keys, scenario), effects, hooks);
  if (isExact) {
    const highest = await searchHighest(perSecond, probe);
    if (highest === 'none') throw holdsNothing(experiment, perSecond);
    if (highest === 'all') throw holdsAll(experiment, perSecond);
    return capacity(experiment, highest, false);
  }
  for (const scale of SMALLER) {
    const rates = rampRates(perSecond * scale);
    const i = await highestConfirmed(rates, probe, 'ramp');
    if (i >= 0) return capacity(experiment, rates[i]!, scale === 1 && i === rates.length - 1);
  }
  throw holdsNothing(experiment, perSecond);
}

/** The highest rate that is held: found by a ramp up to `most`, then by another between its steps. */
export async function searchHighest(most: number, probe: Probe): Promise<number | 'none' | 'all'> {
  const [all, fifth, least] = SMALLER.map((scale) => rampRates(most * scale)) as [
    number[],
    number[],
    number[],
  ];
  const first = await highestConfirmed(fifth, probe, 'climb');
  // A C beyond the first ramp, or below it, has a ramp of its own.
  const rates = first === fifth.length - 1 ? all : first < 0 ? least : fifth;
  const i = rates === fifth ? first : await highestConfirmed(rates, probe, 'climb');
  if (rates === all && i === all.length - 1) return 'all';
  if (rates === least && i < 0) return 'none';
  const held = rates[i] ?? fifth.at(-1)!;
  const between = ratesBetween(held, rates[i + 1] ?? fifth[0]!);
  return between[await highestConfirmed(between, probe, 'climb')] ?? held;
}

/** Which of these rates were held, played one after the other. */
export type Probe = (rates: readonly number[], kind: ProbeKind) => Promise<boolean[]>;

/** Index of the highest rate that a ramp and a confirmation show to be held; -1 for none. */
async function highestConfirmed(rates: readonly number[], probe: Probe, kind: ProbeKind): Promise<number> {
  const best = highestHeld(await probe(rates, kind));
  // The step above the best is tried again: a neighbour's second of work must not halve C.
  for (let i = Math.min(best + 1, rates.length - 1); i >= 0 && i >= best - 1; i -= 1) {
    const [held] = await probe([rates[i]!], 'confirm');
    if (held) return i;
  }
  return -1;
}

function holdsNothing(experiment: Experiment, perSecond: number): GauntletError {
  return new GauntletError(
    'no-steady-state',
    `'${capacityVariant(experiment)}' of ${experiment.name} holds no rate on this machine, not even ` +
      `${rampRates(perSecond * SMALLER.at(-1)!)[0]}/s, within p99 ≤ 100 ms and 99.9 % good. ` +
      'Free the machine of other work, or give a rate with --rate.',
  );
}

function holdsAll(experiment: Experiment, most: number): GauntletError {
  return new GauntletError(
    'not-playable',
    `'${capacityVariant(experiment)}' of ${experiment.name} holds ${most}/s on this machine, and a multiple of more ` +
      `than that is beyond one generator. Give its model more to compute, or a rate with --rate.`,
  );
}

/** Which of a probe's rates were held; a probe that the machine disturbed, so that it shows less, is played again. */
async function playProbe(
  planned: PlannedExperiment,
  effects: Effects,
  hooks: CapacityHooks,
): Promise<boolean[]> {
  for (let play = 1; ; play += 1) {
    // A probe is no evidence, so nothing of it is kept.
    const keep = async () => {};
    const played = await playTrial(planned, planned.trials[0]!, effects, { ...hooks, keep });
    hooks.signal.throwIfAborted();
    const { error } = played.facts;
    if (error) throw new GauntletError(knownCode(error.code), `Measuring capacity: ${error.message}`);
    const held = ratesHeld(planned, played.samples);
    if (held.every(Boolean) || play === MOST_PLAYS || hooks.disturbance(planned, played) === null)
      return held;
  }
}

function capacity(experiment: Experiment, perSecond: number, atLeast: boolean): Capacity {
  return { variant: capacityVariant(experiment), perSecond, atLeast, measuredAt: new Date().toISOString() };
}
