import { Default } from 'typebox/value';
import { GauntletError, unknownName } from '#contract/errors.ts';
import type { Claim, Experiment, Objective } from '#contract/experiment.ts';
import type { Fault, FaultUse } from '#contract/fault.ts';
import { CANDIDATE, CANDIDATE_AGAIN, type Link, type Phase, type Profile } from '#contract/names.ts';
import {
  type Against,
  type Capacity,
  PLAN_VERSION,
  type Plan,
  type PlannedExperiment,
  type PlannedFault,
  type PlannedTrial,
} from '#contract/plan.ts';
import type { Variant } from '#contract/topology.ts';
import { HEADLINE_ROUNDS, partsOf } from './cells.ts';
import { makeTape, type TapeSegment } from './tape.ts';

/** The request pool: 100,000 keys; its seed is fixed, so that its golden answers are computed once. */
export const POOL = { name: 'plain', seed: 1, size: 100_000 } as const;

/** Steady seconds that must lie before an inject: 5 that are judged and 2 for their samples to arrive. */
export const LEAST_STEADY_SECONDS = 7;

/** Requests per second that one generator on one core can be asked for. */
export const MOST_PER_SECOND = 8_000;

/** Steady seconds of a calibration's trials at most: what shorter trials can see, longer ones can too. */
const CALIBRATION_SECONDS = 10;
/** Requests that an experiment's tapes hold at most: harness and generator have them in memory. */
const MOST_REQUESTS = 5_000_000;

/** Commands that play experiments. */
export type PlayCommand = 'loadtest' | 'chaos' | 'compare' | 'calibrate';

export interface PlanRequest {
  command: PlayCommand;
  profile: Profile;
  seed: number;
  experiments: readonly Experiment[];
  faults: Record<string, Fault>;
  /** By `file/name`: those that experiments name. */
  objectives: Record<string, Objective>;
  /** C per experiment whose rate is a multiple of it. */
  capacities: Record<string, Capacity>;
  /** `--rate`: requests per second in place of the experiment's. */
  ratePerSecond?: number | undefined;
  /** `--duration`: steady seconds of loadtest, fault seconds of chaos. */
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

/** Expands experiments into tapes, timed faults and trials. Pure; an error in words for what can't be played. */
export function plan(request: PlanRequest): Plan {
  return {
    schemaVersion: PLAN_VERSION,
    command: request.command,
    profile: request.profile,
    seed: request.seed,
    look: request.look ?? null,
    pool: { ...POOL },
    experiments: request.experiments.flatMap((experiment) => planParts(experiment, request)),
  };
}

function planParts(experiment: Experiment, request: PlanRequest): PlannedExperiment[] {
  const variants = 1 + Object.keys(baselinesOf(experiment, request)).length;
  return partsOf(experiment, request, variants).map(({ request: own, ...head }) => ({
    ...planExperiment(experiment, own),
    ...head,
  }));
}

function planExperiment(experiment: Experiment, request: PlanRequest): PlannedExperiment {
  const ratePerSecond = rateOf(experiment, request);
  const rounds = roundsOf(experiment, request) * 2 ** ((request.look?.number ?? 1) - 1);
  const isFaulted = playsFaults(experiment, request);
  const fault = isFaulted ? planFault(experiment, request, ratePerSecond) : null;
  const segments = segmentsOf(experiment, request, ratePerSecond, fault);
  const highest = Math.max(...segments.map((segment) => segment.ratePerSecond));
  refuseEndless(experiment, segments, rounds);
  const variants = { [CANDIDATE]: experiment.candidate, ...baselinesOf(experiment, request) };
  return {
    name: experiment.name,
    question: experiment.question,
    pattern: experiment.pattern,
    variants,
    proxiedLinks: faultedLinks(experiment),
    capacity: request.capacities[experiment.name] ?? null,
    load: {
      scenario: experiment.load.scenario,
      ratePerSecond,
      deadlineMs: experiment.load.deadlineMs,
      clientTimeoutMs: experiment.load.clientTimeoutMs,
      vus: virtualUsers(highest, experiment.load.clientTimeoutMs),
    },
    tapes: Array.from({ length: rounds }, (_, i) => makeTape(segments, POOL.size, request.seed * 1_000 + i)),
    faults: fault ? [fault] : [],
    trials: trialsOf(variants, rounds),
    objectives: inPhases(objectivesOf(experiment, request.objectives), segments),
    claims: claimsOf(experiment, request, rounds),
    ...(request.against ? { against: request.against.system } : {}),
  };
}

/** Chaos asks for a fault; a comparison has one where its experiment has; a calibration where it was asked for. */
function playsFaults({ faults }: Experiment, { command, fault }: PlanRequest): boolean {
  if (command === 'calibrate') return fault !== undefined;
  return command === 'chaos' || (command === 'compare' && Object.keys(faults).length > 0);
}

/** Those that the claims are against; where nothing is claimed, all. */
function baselinesOf(experiment: Experiment, request: PlanRequest): Record<string, Variant> {
  const { name, candidate, baselines } = experiment;
  const { command, against } = request;
  if (against) return { [against.system.variant]: candidate };
  if (command === 'calibrate') return { [CANDIDATE_AGAIN]: candidate };
  if (command === 'loadtest') return {};
  if (command === 'compare' && Object.keys(baselines).length === 0)
    throw new GauntletError(
      'not-playable',
      `'${name}' has no baselines, so there is nothing to compare it with.`,
    );
  const claims = claimsOfFault(experiment, request);
  if (claims.length === 0) return baselines;
  return Object.fromEntries(
    Object.entries(baselines).filter(([base]) => claims.some(({ against }) => against === base)),
  );
}

function claimsOf(experiment: Experiment, request: PlanRequest, pairs: number): Claim[] {
  const { command, against } = request;
  if (against) {
    const hasFault = playsFaults(experiment, request);
    return against.claims(experiment.name, rateOf(experiment, request), hasFault, pairs);
  }
  return command === 'loadtest' || command === 'calibrate' ? [] : claimsOfFault(experiment, request);
}

/** What is claimed with the fault that is played. */
function claimsOfFault(experiment: Experiment, request: PlanRequest): Claim[] {
  const fault = playsFaults(experiment, request) ? chosenFault(experiment, request)[0] : undefined;
  return experiment.claims.filter((claim) => !claim.in || (fault !== undefined && claim.in.includes(fault)));
}

function objectivesOf(experiment: Experiment, known: Record<string, Objective>): Objective[] {
  return experiment.objectives.map((one) => {
    if (typeof one !== 'string') return one;
    const problem = unknownObjective(one, known);
    if (problem !== null) throw new GauntletError('bad-experiment', `'${experiment.name}': ${problem}`);
    return known[one]!;
  });
}

/** What is wrong with the `file/name` of an objective, in one sentence; null when it is known. */
export function unknownObjective(id: string, known: Record<string, Objective>): string | null {
  if (Object.hasOwn(known, id)) return null;
  const ids = Object.keys(known).map((one) => one.split('/') as [string, string]);
  const [file, ...name] = id.split('/');
  const names = ids.filter(([one]) => one === file).map(([, one]) => one);
  if (name.length === 0) {
    return `An objective is named file/name, not '${id}'; known: ${Object.keys(known).join(', ')}.`;
  }
  if (names.length === 0) {
    const files = [...new Set(ids.map(([one]) => one))];
    return unknownName('file of objectives', file!, files, `'${id}'`);
  }
  return unknownName('objective', name.join('/'), names, `slo/objectives/${file}.yaml`);
}

/** Loadtest plays no fault, so it can't judge what is asked of one. */
function inPhases(objectives: readonly Objective[], played: readonly { phase: Phase }[]): Objective[] {
  return objectives.filter(({ phase }) => played.some((one) => one.phase === phase));
}

/** A plan as if its experiments had had these objectives, as far as it played their phases. */
export function withObjectives(plan: Plan, objectives: readonly Objective[]): Plan {
  const experiments = plan.experiments.map((experiment) => ({
    ...experiment,
    objectives: inPhases(objectives, experiment.tapes[0]!.phases),
  }));
  const empty = experiments.find((experiment) => experiment.objectives.length === 0);
  if (empty) {
    const played = empty.tapes[0]!.phases.map(({ phase }) => phase);
    throw new GauntletError(
      'bad-objectives',
      `None of the objectives is over a phase that '${empty.name}' played; it played: ${played.join(', ')}.`,
    );
  }
  return { ...plan, experiments };
}

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
    return fault?.on === 'load'
      ? (fault.script(Default(fault.options, structuredClone(use.options)), use).offers ?? [])
      : [];
  });
  if (offers.length === 0) return { perSecond: rate.atMost / rate.ofCapacity, isExact: false };
  const most = Math.max(rate.ofCapacity, ...offers.map(({ ofCapacity }) => ofCapacity));
  return { perSecond: Math.floor(MOST_PER_SECOND / most), isExact: true };
}

function rateOf(experiment: Experiment, request: PlanRequest): number {
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

/** Enough for every request of a second to hang until the client timeout, and half as many again. */
export function virtualUsers(ratePerSecond: number, clientTimeoutMs: number): number {
  return Math.max(10, Math.ceil(((ratePerSecond * clientTimeoutMs) / 1000) * 1.5));
}

function roundsOf(experiment: Experiment, request: PlanRequest): number {
  const { command, profile, pairs } = request;
  if (pairs !== undefined) return pairs;
  const quick = command === 'loadtest' ? experiment.load.loadtest.trials : 1;
  if (profile === 'quick') return quick;
  const known = command === 'compare' ? ['quick', 'standard', 'full'] : ['quick', 'standard'];
  if (known.includes(profile)) return Math.max(HEADLINE_ROUNDS, quick);
  throw new GauntletError(
    'not-playable',
    `Profile '${profile}' can't be played by ${command}; it can play: ${known.join(', ')}.`,
  );
}

function segmentsOf(
  experiment: Experiment,
  { command, durationSeconds }: PlanRequest,
  ratePerSecond: number,
  fault: PlannedFault | null,
): TapeSegment[] {
  const { seconds, loadtest } = experiment.load;
  const segment = (phase: TapeSegment['phase'], length: number, rate = ratePerSecond) => ({
    phase,
    seconds: length,
    ratePerSecond: rate,
  });
  if (!fault) {
    const steady = command === 'calibrate' ? Math.min(loadtest.steady, CALIBRATION_SECONDS) : loadtest.steady;
    return [segment('warm-up', seconds.warmUp), segment('steady', durationSeconds ?? steady)];
  }
  return [
    segment('warm-up', seconds.warmUp),
    segment('steady', seconds.steady),
    segment('fault', (fault.healAtMs - fault.injectAtMs) / 1000, fault.offers?.perSecond),
    segment('recovery', seconds.recovery),
  ];
}

function refuseEndless({ name }: Experiment, segments: readonly TapeSegment[], rounds: number): void {
  const requests = rounds * segments.reduce((sum, one) => sum + one.seconds * one.ratePerSecond, 0);
  if (requests <= MOST_REQUESTS) return;
  throw new GauntletError(
    'not-playable',
    `'${name}' would plan ${Math.round(requests)} requests; at most ${MOST_REQUESTS} can be played. ` +
      'Lower the rate, the seconds or the trials.',
  );
}

/** A link that some fault of the experiment touches is proxied in every variant, faulted or not. */
export function faultedLinks(experiment: Experiment): Link[] {
  const links = Object.values(experiment.faults).flatMap(({ link }) => (link ? [link] : []));
  return [...new Set(links)];
}

function planFault(experiment: Experiment, request: PlanRequest, ratePerSecond: number): PlannedFault {
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
    ...(offers ? { offers: offered(experiment, request, offers.ofCapacity, ratePerSecond) } : {}),
  };
}

/** What a fault on the load asks for. Where `--rate` was given, C is what makes that rate the experiment's multiple. */
function offered(
  { name, load }: Experiment,
  { ratePerSecond, capacities }: PlanRequest,
  ofCapacity: number,
  played: number,
): PlannedFault['offers'] {
  const measured = ratePerSecond === undefined ? capacities[name]?.perSecond : undefined;
  const capacity = measured ?? ('ofCapacity' in load.rate ? played / load.rate.ofCapacity : undefined);
  if (capacity === undefined)
    throw new GauntletError(
      'not-playable',
      `A fault of '${name}' is a multiple of C, so load.rate must be one too.`,
    );
  const perSecond = ofCapacity * capacity;
  if (perSecond <= MOST_PER_SECOND) return { perSecond, ofCapacity };
  throw new GauntletError(
    'not-playable',
    `'${name}' would offer ${ofCapacity} C = ${Math.round(perSecond)}/s; one generator sends at most ${MOST_PER_SECOND}.`,
  );
}

function chosenFault(experiment: Experiment, request: PlanRequest): [string, FaultUse] {
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

/** ABBA BAAB ABBA for two variants: a drift of the machine, straight or bent, falls on all of them alike. */
function isMirrored(round: number): boolean {
  return round % 4 === 2 || round % 4 === 3;
}

function trialsOf(variants: Record<string, Variant>, rounds: number): PlannedTrial[] {
  const names = Object.keys(variants);
  return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
    (isMirrored(round) ? names.toReversed() : names).map((variant) => ({
      id: `${round}-${variant}`,
      variant,
      round,
    })),
  );
}
