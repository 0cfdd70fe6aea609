import Type, { type Static } from 'typebox';
import { ClaimSchema, ObjectiveSchema, PhaseSchema } from './experiment.ts';
import { BiteSchema, FaultActionSchema, MarksSchema } from './fault.ts';
import { LONGEST_SECONDS } from './limits.ts';
import { PHASES, PROFILES } from './names.ts';
import { TargetSchema } from './target.ts';
import { LinkSchema, ServiceSchema, VariantSchema } from './topology.ts';

export const PLAN_VERSION = 1;

/** Milliseconds after t0. */
const AfterT0 = Type.Number({ minimum: 0, maximum: 1e12 });

/** No longer than an experiment can ask for: whoever goes through a tape by seconds must come to its end. */
const OnTape = Type.Number({ minimum: 0, maximum: PHASES.length * LONGEST_SECONDS * 1000 });

/** Part of a tape. Edges are milliseconds after t0; `to` is exclusive. */
export const PhaseSpanSchema = Type.Object({
  phase: PhaseSchema,
  fromMs: OnTape,
  toMs: OnTape,
});
export type PhaseSpan = Static<typeof PhaseSpanSchema>;

/** The planned requests of a trial: parallel columns, ascending in time. */
export const TapeSchema = Type.Object({
  /** Planned whole milliseconds after t0. */
  atMs: Type.Array(Type.Integer({ minimum: 0, maximum: 1e12 })),
  /** Key of the request pool. */
  key: Type.Array(Type.Integer({ minimum: 0 })),
  /** Whose request it is; absent where none says. */
  tenant: Type.Optional(Type.Array(Type.String())),
  phases: Type.Array(PhaseSpanSchema),
  /** Positions of the requests that are out of the ordinary; absent where none is. */
  marks: Type.Optional(
    Type.Object({
      /** Sent twice, with one Idempotency-Key. */
      twice: Type.Array(Type.Integer({ minimum: 0 })),
      /** The model has no answer to them. */
      poison: Type.Array(Type.Integer({ minimum: 0 })),
    }),
  ),
});
export type Tape = Static<typeof TapeSchema>;

/** One thing that happens to the system at a planned instant. */
export const PlannedFaultSchema = Type.Object({
  name: Type.String(),
  injectAtMs: AfterT0,
  healAtMs: AfterT0,
  inject: Type.Array(FaultActionSchema),
  heal: Type.Array(FaultActionSchema),
  bite: BiteSchema,
  /** Where a fault asks for more: how many requests per second the tape has while it lasts, and how many C that is. */
  offers: Type.Optional(
    Type.Object({
      perSecond: Type.Number(),
      ofCapacity: Type.Number(),
      /** Whose those are that come on top of the load's own rate. */
      tenant: Type.Optional(Type.String()),
    }),
  ),
  /** Of a kill that must hit something: whose metrics tell what the service has in hand, and the series that does. */
  inHand: Type.Optional(Type.Object({ toldBy: ServiceSchema, series: Type.String() })),
  /** For a fault that marks requests on the tape: the share of those that are planned while it lasts. */
  marks: Type.Optional(MarksSchema),
});
export type PlannedFault = Static<typeof PlannedFaultSchema>;

/** One play of one variant. */
export const PlannedTrialSchema = Type.Object({
  id: Type.String(),
  /** `candidate` or the baseline's name. */
  variant: Type.String(),
  round: Type.Integer({ minimum: 1 }),
});
export type PlannedTrial = Static<typeof PlannedTrialSchema>;

/** How fast one load generator is allowed to be asked to go, and what it needs for it. */
export const PlannedLoadSchema = Type.Object({
  scenario: Type.String(),
  /** Of all phases but one in which a fault on the load asks for another rate. */
  ratePerSecond: Type.Number(),
  deadlineMs: Type.Number(),
  clientTimeoutMs: Type.Number(),
  /** Whose the requests of the load's own rate are; absent where none says. */
  tenant: Type.Optional(Type.String()),
  vus: Type.Integer({ minimum: 1 }),
  /** Where the requests are jobs: what their client does besides sending (scenarios/catalog.ts). */
  jobs: Type.Optional(
    Type.Object({
      callTimeoutMs: Type.Number(),
      pollAfterMs: Type.Unsafe<readonly number[]>(Type.Array(Type.Number())),
      pollEveryMs: Type.Number(),
      askAgainAfterMs: Type.Number(),
      sendAgainAfterMs: Type.Unsafe<readonly number[]>(Type.Array(Type.Number())),
    }),
  ),
});
export type PlannedLoad = Static<typeof PlannedLoadSchema>;

export const CapacitySchema = Type.Object({
  /** Variant that was measured. */
  variant: Type.String(),
  /** Requests per second that it held within p99 ≤ 100 ms and ≥ 99.9 % good. */
  perSecond: Type.Number(),
  /** The ramp ended where the experiment needs no more: C is at least this. */
  atLeast: Type.Boolean(),
  measuredAt: Type.String(),
});
/** C: the highest rate that a variant holds on this machine, or the highest that was asked of it. */
export type Capacity = Static<typeof CapacitySchema>;

const AgainstCommitSchema = Type.Object({
  /** Variant that is started from the folder. */
  variant: Type.String(),
  /** As it was asked for, and the commit that it was. */
  ref: Type.String(),
  commit: Type.String(),
  /** Commit of the candidate. */
  candidateCommit: Type.String(),
  /** Holds the other commit's files, installed. */
  folder: Type.String(),
});
const AgainstTargetSchema = Type.Object({
  /** Its name among the variants. */
  variant: Type.String(),
  /** Scheme, host and port of the other server. */
  url: Type.String(),
});
export const AgainstSchema = Type.Union([AgainstCommitSchema, AgainstTargetSchema]);
/** Another commit's system, or another server of somebody's own, which the candidate is held against. */
export type Against = Static<typeof AgainstSchema>;

export const PlannedExperimentSchema = Type.Object({
  /** The experiment's, or `<experiment>@<fault>` of one of its cells. */
  name: Type.String(),
  question: Type.String(),
  pattern: Type.Union([Type.String(), Type.Null()]),
  variants: Type.Record(Type.String(), VariantSchema),
  /** Links behind Toxiproxy in every variant, because some fault of the experiment touches them. */
  proxiedLinks: Type.Array(LinkSchema),
  capacity: Type.Union([CapacitySchema, Type.Null()]),
  load: PlannedLoadSchema,
  /** One tape per round, the same for all variants of the round. */
  tapes: Type.Array(TapeSchema),
  faults: Type.Array(PlannedFaultSchema),
  trials: Type.Array(PlannedTrialSchema),
  objectives: Type.Array(ObjectiveSchema),
  claims: Type.Array(ClaimSchema),
  /** Absent where all variants are this folder's; with it a claim that fails is a regression. */
  against: Type.Optional(AgainstSchema),
  /** Of a soak: the services whose kills are counted, how many must, and the baseline that must lose something. */
  soak: Type.Optional(
    Type.Object({
      kills: Type.Array(ServiceSchema),
      counted: Type.Integer({ minimum: 1 }),
      losesWith: Type.String(),
      covers: Type.Optional(Type.String()),
    }),
  ),
  /** Of a cell, one of the further faults of profile full: the experiment that it belongs to. */
  cellOf: Type.Optional(Type.String()),
  /** Somebody's own server, which is what is played against; absent: services of ours. */
  target: Type.Optional(TargetSchema),
});
export type PlannedExperiment = Static<typeof PlannedExperimentSchema>;

/** The name of the experiment that is played, whole or as one of its cells. */
export function experimentOf({ name, cellOf }: Pick<PlannedExperiment, 'name' | 'cellOf'>): string {
  return cellOf ?? name;
}

export const PlanSchema = Type.Object({
  schemaVersion: Type.Literal(PLAN_VERSION),
  command: Type.String(),
  profile: Type.Enum([...PROFILES]),
  seed: Type.Integer(),
  /**
   * Looks at one growing run, each of which may end it: the first at the plan's rounds, the next at twice as many, and
   * so on. Null: it is judged once.
   */
  look: Type.Union([
    Type.Object({ number: Type.Integer({ minimum: 1 }), of: Type.Integer({ minimum: 1 }) }),
    Type.Null(),
  ]),
  pool: Type.Object({ name: Type.String(), seed: Type.Integer(), size: Type.Integer() }),
  experiments: Type.Array(PlannedExperimentSchema),
});
/** All that is going to happen, before anything does. */
export type Plan = Static<typeof PlanSchema>;
