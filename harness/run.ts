import type { Effects } from '#contract/effects.ts';
import { fingerprintOf } from '#contract/fingerprint.ts';
import type { Plan, PlannedExperiment, PlannedTrial } from '#contract/plan.ts';
import {
  type Code,
  type Machine,
  RECORD_VERSION,
  type RunRecord,
  type TrialFacts,
} from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { simulationPart } from '#contract/simulation.ts';
import { type PlayedTrial, playTrial, type TrialHooks } from './trial.ts';

/** A trial that is disturbed is played so many times at most; the last play counts, disturbed or not. */
const MOST_PLAYS = 3;

export interface RunHooks extends Omit<TrialHooks, 'keep'> {
  /** What disturbed the measuring of a trial, whatever its answers were; null when nothing did. */
  disturbance(experiment: PlannedExperiment, played: PlayedTrial): string | null;
  /** Called when a disturbed trial is going to be played again. */
  onReplay(trial: PlannedTrial, why: string): void;
  /** Called with all that is known so far, at every step of a trial, so that it can be kept; null between trials. */
  keep(record: RunRecord, underWay: TrialFacts | null): Promise<void>;
  /** Called when a trial is over: its samples are kept as columns, in place of the rows that came while it was played. */
  compact(experiment: PlannedExperiment, played: PlayedTrial): Promise<void>;
  /** Called after each trial that counts. */
  onTrial(trial: PlannedTrial): void;
}

export interface RunIdentity {
  runId: string;
  machine: Machine;
  tools: RunRecord['tools'];
  code?: Code;
  arguments?: string[];
}

/** The facts of a run: the record, and each trial's samples by `<experiment>/<trial>`. */
export interface RunFacts {
  record: RunRecord;
  samples: Map<string, Samples>;
}

/** Plays every trial of a plan, one after the other; those that `soFar` has are not played again. */
export async function run(
  plan: Plan,
  effects: Effects,
  identity: RunIdentity,
  hooks: RunHooks,
  soFar: RunFacts = blankRun(plan, identity, instant(effects)),
): Promise<RunFacts> {
  const { record, samples } = soFar;
  for (const [experiment, trial] of trialsInOrder(plan)) {
    if (hooks.signal.aborted) break;
    const found = record.experiments.find(({ name }) => name === experiment.name)!;
    if (found.trials.some((one) => isPlayOf(trial, one))) continue;
    const keep = (facts: TrialFacts) => {
      record.endedAt = instant(effects);
      return hooks.keep(withTrial(record, experiment.name, facts), facts);
    };
    const played = await playUndisturbed(experiment, trial, effects, { ...hooks, keep }, found.disturbed);
    samples.set(`${experiment.name}/${played.facts.id}`, played.samples);
    found.trials.push(played.facts);
    record.endedAt = instant(effects);
    await hooks.keep(record, null);
    hooks.onTrial(trial);
    // A system that may still be faulted is no ground for another trial.
    if (played.facts.error?.code === 'heal-failed') break;
  }
  record.ended = endOf(plan, record, hooks.signal);
  record.endedAt = instant(effects);
  return { record, samples };
}

function isPlayOf({ variant, round }: PlannedTrial, facts: TrialFacts): boolean {
  return facts.variant === variant && facts.round === round;
}

/** The record as it is while one of its trials is still under way. */
function withTrial(record: RunRecord, experiment: string, facts: TrialFacts): RunRecord {
  const experiments = record.experiments.map((one) =>
    one.name === experiment ? { ...one, trials: [...one.trials, facts] } : one,
  );
  return { ...record, experiments };
}

/** A neighbour's second of work spoils a trial: it is played again, and what was spoilt stays in the record. */
async function playUndisturbed(
  experiment: PlannedExperiment,
  trial: PlannedTrial,
  effects: Effects,
  hooks: Omit<RunHooks, 'keep'> & TrialHooks,
  disturbed: TrialFacts[],
): Promise<PlayedTrial> {
  const before = disturbed.filter((facts) => isPlayOf(trial, facts)).length;
  for (let play = before + 1; ; play += 1) {
    const id = play === 1 ? trial.id : `${trial.id}-again-${play - 1}`;
    const played = await playTrial(experiment, { ...trial, id }, effects, hooks);
    if (played.facts.t0 !== null) await hooks.compact(experiment, played);
    const why = canReplay(played) ? hooks.disturbance(experiment, played) : null;
    if (why === null || play === MOST_PLAYS) return played;
    disturbed.push(played.facts);
    hooks.onReplay(trial, why);
  }
}

/** Played to its end, or broken off before anything was injected because a disturbed system did not look well. */
function canReplay({ facts }: PlayedTrial): boolean {
  return facts.ended === 'completed' || facts.error?.code === 'no-steady-state';
}

function trialsInOrder(plan: Plan): [PlannedExperiment, PlannedTrial][] {
  return plan.experiments.flatMap((experiment) =>
    experiment.trials.map((trial): [PlannedExperiment, PlannedTrial] => [experiment, trial]),
  );
}

function endOf(plan: Plan, record: RunRecord, signal: AbortSignal): RunRecord['ended'] {
  if (signal.aborted) return 'interrupted';
  const trials = record.experiments.flatMap((experiment) => experiment.trials);
  const complete =
    trials.length === trialsInOrder(plan).length && trials.every(({ ended }) => ended === 'completed');
  return complete ? 'completed' : 'aborted';
}

/** The facts of a run that was ended before its first trial. */
export function blankRun(plan: Plan, identity: RunIdentity, now: string): RunFacts {
  return { record: blankRecord(plan, identity, now), samples: new Map() };
}

function blankRecord(plan: Plan, identity: RunIdentity, now: string): RunRecord {
  return {
    schemaVersion: RECORD_VERSION,
    ...identity,
    fingerprint: fingerprintOf(identity.machine).digest,
    command: plan.command,
    seed: plan.seed,
    startedAt: now,
    endedAt: now,
    // What a reader finds when the harness is killed before the run's end.
    ended: 'interrupted',
    experiments: plan.experiments.map((experiment) => ({
      name: experiment.name,
      ...simulationPart(experiment),
      trials: [],
      disturbed: [],
    })),
  };
}

function instant({ clock }: Effects): string {
  return new Date(clock.now()).toISOString();
}
