import type { Claim, Experiment, Objective } from '#contract/experiment.ts';
import type { Fault } from '#contract/fault.ts';
import type { Profile } from '#contract/names.ts';
import type { Against, Capacity, Plan, PlannedLoad } from '#contract/plan.ts';
import type { TapeKeys } from '../tape.ts';

/** Commands that play experiments. */
export type PlayCommand = 'loadtest' | 'chaos' | 'compare' | 'calibrate';

export interface PlanRequest {
  command: PlayCommand;
  profile: Profile;
  seed: number;
  experiments: readonly Experiment[];
  faults: Record<string, Fault>;
  scenarios: Record<string, TapeKeys & { jobs?: PlannedLoad['jobs'] }>;
  /** By `file/name`: those that experiments name. */
  objectives: Record<string, Objective>;
  /** Requests per second that the load generator of this machine can be asked for. */
  mostPerSecond: number;
  /** C per experiment whose rate is a multiple of it. */
  capacities: Record<string, Capacity>;
  /** `--rate`: requests per second in place of the experiment's. */
  ratePerSecond?: number | undefined;
  /** `--duration`: seconds of steady load, or of the fault where one is played. */
  durationSeconds?: number | undefined;
  /** `--extend-until-conclusive`: at which of its looks this plan is evaluated; each doubles the rounds. */
  look?: Plan['look'] | undefined;
  /** `--fault`: name of one of the experiment's faults; the first of each by default. */
  fault?: string | undefined;
  /** Rounds in place of the profile's. */
  pairs?: number | undefined;
  /** `--against`: another commit's system in place of the experiment's baselines, and what is claimed against it. */
  against?: { system: Against; claims: ClaimsAgainst } | undefined;
}

export type ClaimsAgainst = (
  experiment: string,
  ratePerSecond: number,
  hasFault: boolean,
  pairs: number,
) => Claim[];
