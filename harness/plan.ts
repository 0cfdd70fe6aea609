import { GauntletError } from '#contract/errors.ts';
import type { Experiment, Soak } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import {
  PLAN_VERSION,
  type Plan,
  type PlannedExperiment,
  type PlannedFault,
  type PlannedTrial,
} from '#contract/plan.ts';
import type { Variant } from '#contract/topology.ts';
import { baselinesOf, claimsOf, roundsOf } from './plan/asked.ts';
import { partsOf } from './plan/cells.ts';
import { faultedLinks, planFault, playsFaults } from './plan/faults.ts';
import { inPhases, objectivesOf } from './plan/objectives.ts';
import { rateOf, VIRTUAL_USERS } from './plan/rates.ts';
import type { PlanRequest } from './plan/request.ts';
import { isSoak, planSoak, soakOf } from './plan/soak.ts';
import { makeTape, markTape, type TapeSegment } from './tape.ts';

/** The request pool: 100,000 keys; its seed is fixed, so that its golden answers are computed once. */
export const POOL = { name: 'plain', seed: 1, size: 100_000 } as const;

/** Steady seconds of a calibration's trials at most: what shorter trials can see, longer ones can too. */
const CALIBRATION_SECONDS = 10;
/** Share of a warm-up that has the load of the fault. A system without any limit still computes it three times as long. */
const WARM_BY_FAULT = 0.25;
/** Requests that an experiment's tapes hold at most: harness and generator have them in memory. */
const MOST_REQUESTS = 5_000_000;

/** Expands experiments into tapes, timed faults and trials. Pure; an error in words for what can't be played. */
export function plan(request: PlanRequest): Plan {
  return {
    schemaVersion: PLAN_VERSION,
    command: request.command,
    profile: request.profile,
    seed: request.seed,
    look: request.look ?? null,
    pool: poolOf(request.experiments),
    experiments: request.experiments.flatMap((experiment) => planParts(experiment, request)),
  };
}

/** Of targets what is asked comes from their payloads. */
function poolOf(experiments: readonly Experiment[]): Plan['pool'] {
  const rows = experiments.flatMap(({ target }) => (target ? [target.payloads.rows] : []));
  return rows.length === 0 ? { ...POOL } : { name: 'payloads', seed: POOL.seed, size: Math.max(...rows) };
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
  const faults = isFaulted ? faultsOf(experiment, request, ratePerSecond) : [];
  const [fault = null] = faults;
  const segments = segmentsOf(experiment, request, ratePerSecond, faults);
  refuseEndless(experiment, segments, rounds);
  const { jobs, ...keys } = request.scenarios[experiment.load.scenario]!;
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
      ...(experiment.load.tenant === undefined ? {} : { tenant: experiment.load.tenant }),
      vus: VIRTUAL_USERS,
      ...(jobs ? { jobs: structuredClone(jobs) } : {}),
    },
    tapes: Array.from({ length: rounds }, (_, i) =>
      markTape(
        makeTape(segments, experiment.target?.payloads.rows ?? POOL.size, request.seed * 1_000 + i, keys),
        fault,
        request.seed * 1_000 + i,
      ),
    ),
    faults,
    trials: trialsOf(variants, rounds),
    objectives: inPhases(objectivesOf(judgedBy(experiment, request), request.objectives), segments),
    claims: claimsOf(experiment, request, rounds),
    ...(isSoak(request) ? { soak: soakFacts(soakOf(experiment)) } : {}),
    ...(request.against ? { against: request.against.system } : {}),
    ...(experiment.target ? { target: experiment.target } : {}),
  };
}

function faultsOf(experiment: Experiment, request: PlanRequest, ratePerSecond: number): PlannedFault[] {
  return isSoak(request)
    ? planSoak(experiment, request, ratePerSecond)
    : [planFault(experiment, request, ratePerSecond)];
}

/** In a soak there is more to judge. */
function judgedBy(experiment: Experiment, request: PlanRequest): Experiment {
  if (!isSoak(request)) return experiment;
  return { ...experiment, objectives: [...experiment.objectives, ...soakOf(experiment).objectives] };
}

function soakFacts({ kills, counted, losesWith, covers }: Soak): NonNullable<PlannedExperiment['soak']> {
  return { kills, counted, losesWith, ...(covers === undefined ? {} : { covers }) };
}

function segmentsOf(
  experiment: Experiment,
  { command, durationSeconds }: PlanRequest,
  ratePerSecond: number,
  faults: readonly PlannedFault[],
): TapeSegment[] {
  const { seconds, loadtest, tenant, warmUpByFault } = experiment.load;
  const segment = (phase: TapeSegment['phase'], length: number, rate = ratePerSecond): TapeSegment => ({
    phase,
    seconds: length,
    ratePerSecond: rate,
    tenant,
  });
  const [fault] = faults;
  if (!fault) {
    const steady = command === 'calibrate' ? Math.min(loadtest.steady, CALIBRATION_SECONDS) : loadtest.steady;
    return [segment('warm-up', seconds.warmUp), segment('steady', durationSeconds ?? steady)];
  }
  const healedAtMs = Math.max(...faults.map(({ healAtMs }) => healAtMs));
  const faulted = (phase: TapeSegment['phase'], length: number): TapeSegment => ({
    ...segment(phase, length, fault.offers?.perSecond),
    crowd: crowdOf(fault, ratePerSecond),
  });
  const warmUp =
    warmUpByFault && fault.offers
      ? [
          faulted('warm-up', seconds.warmUp * WARM_BY_FAULT),
          segment('warm-up', seconds.warmUp * (1 - WARM_BY_FAULT)),
        ]
      : [segment('warm-up', seconds.warmUp)];
  return [
    ...warmUp,
    segment('steady', seconds.steady),
    faulted('fault', (healedAtMs - fault.injectAtMs) / 1000),
    segment('recovery', seconds.recovery),
  ];
}

/** What comes on top of the load's own rate, as a share of all. */
function crowdOf({ offers }: PlannedFault, ratePerSecond: number): TapeSegment['crowd'] {
  if (offers?.tenant === undefined || offers.perSecond <= ratePerSecond) return undefined;
  return { tenant: offers.tenant, share: 1 - ratePerSecond / offers.perSecond };
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
