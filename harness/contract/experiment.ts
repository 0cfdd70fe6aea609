import Type, { type Static } from 'typebox';
import { FaultUseSchema } from './fault.ts';
import { HIGHEST_PER_SECOND, LONGEST_SECONDS } from './limits.ts';
import { PHASES } from './names.ts';
import { TargetFileSchema, TargetSchema } from './target.ts';
import { ServiceSchema, VariantSchema } from './topology.ts';

const closed = { additionalProperties: false } as const;
export const PhaseSchema = Type.Enum([...PHASES]);

const Rate = Type.Union([
  Type.Object({ perSecond: Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_PER_SECOND }) }, closed),
  Type.Object(
    {
      /** Multiple of the capacity C of the main baseline. */
      ofCapacity: Type.Number({ exclusiveMinimum: 0, maximum: 20 }),
      /** Requests per second that are never exceeded, whatever C is. */
      atMost: Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_PER_SECOND }),
    },
    closed,
  ),
]);

const Seconds = Type.Number({ minimum: 0, maximum: LONGEST_SECONDS });
/** Seconds of each phase. */
const PhaseLengthsSchema = Type.Object(
  { warmUp: Seconds, steady: Seconds, fault: Seconds, recovery: Seconds },
  closed,
);

export const LoadSchema = Type.Object(
  {
    /** Key of scenarios/catalog.ts. */
    scenario: Type.String(),
    rate: Rate,
    /** An answer counts when it is complete this long after its planned instant. */
    deadlineMs: Type.Number({ minimum: 1, maximum: 600_000 }),
    /** k6 gives up on an answer here. */
    clientTimeoutMs: Type.Number({ minimum: 1, maximum: 600_000 }),
    /** Whose the requests are, as each of them says; a fault may let another tenant's come on top. Absent: none says. */
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Phases of `chaos`; `loadtest` plays warm-up and steady. */
    seconds: PhaseLengthsSchema,
    /**
     * Whether the first quarter of the warm-up has the load of a fault that is on the load. Without it such a fault meets
     * code that nobody has run often yet, and its first second measures the compiler.
     */
    warmUpByFault: Type.Optional(Type.Boolean()),
    /** Steady seconds and number of trials of `loadtest`. */
    loadtest: Type.Object({ steady: Seconds, trials: Type.Integer({ minimum: 1, maximum: 20 }) }, closed),
  },
  closed,
);

const Base = {
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  phase: PhaseSchema,
  target: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
};
const OfRequests = {
  ...Base,
  /** Counts the requests of this tenant alone. */
  tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
};
/** What each indicator counts, and what an objective on it says besides its name, phase and target. */
export const objectiveSchemas = {
  /** Good: answered 200 within the deadline. Total: planned requests. */
  availability: Type.Object({ ...OfRequests, indicator: Type.Literal('availability') }, closed),
  /** Good: answered 200 within `withinMs` of the planned instant. Total: planned requests. */
  latency: Type.Object(
    { ...OfRequests, indicator: Type.Literal('latency'), withinMs: Type.Number({ exclusiveMinimum: 0 }) },
    closed,
  ),
  /** Good: equals the golden answer of the declared version. Total: requests answered 200. */
  fidelity: Type.Object({ ...OfRequests, indicator: Type.Literal('fidelity') }, closed),
  /** Goodput of correct answers. Good: 200, in time, faithful, right class. Total: planned requests. */
  goodput: Type.Object({ ...OfRequests, indicator: Type.Literal('goodput') }, closed),
  /** Good: accepted within `withinMs` of service time. Total: jobs that were accepted. */
  acknowledgement: Type.Object(
    {
      ...OfRequests,
      indicator: Type.Literal('acknowledgement'),
      withinMs: Type.Number({ exclusiveMinimum: 0 }),
    },
    closed,
  ),
  /** Good: ended within the deadline as it must, its answer faithful, done once. Total: jobs that were accepted. */
  accounted: Type.Object({ ...OfRequests, indicator: Type.Literal('accounted') }, closed),
  /**
   * Good: kills after which every job that was open then was accounted for. Total: kills of the service that hit one
   * with a job in hand.
   */
  kills: Type.Object(
    { ...Base, phase: Type.Literal('fault'), indicator: Type.Literal('kills'), service: ServiceSchema },
    closed,
  ),
  /** Good: faults after which the system was recovered within `withinSeconds`. Total: faults. */
  recovery: Type.Object(
    {
      ...Base,
      phase: Type.Literal('recovery'),
      indicator: Type.Literal('recovery'),
      withinSeconds: Type.Number({ exclusiveMinimum: 0 }),
    },
    closed,
  ),
};

/** One service-level objective: good ÷ total ≥ target, over one phase. */
export const ObjectiveSchema = Type.Union([
  objectiveSchemas.availability,
  objectiveSchemas.latency,
  objectiveSchemas.fidelity,
  objectiveSchemas.goodput,
  objectiveSchemas.acknowledgement,
  objectiveSchemas.accounted,
  objectiveSchemas.kills,
  objectiveSchemas.recovery,
]);
export type Objective = Static<typeof ObjectiveSchema>;
export type Indicator = Objective['indicator'];

export const COMPARISONS = ['value', 'ratio', 'difference', 'paired-keys'] as const;
export const BoundSchema = Type.Union([
  Type.Object({ atMost: Type.Number() }, closed),
  Type.Object({ atLeast: Type.Number() }, closed),
]);

export function isWithin(bound: Static<typeof BoundSchema>, effect: number): boolean {
  return 'atMost' in bound ? effect <= bound.atMost : effect >= bound.atLeast;
}

/** What the candidate must win against a baseline (win), may cost (cost), or is expected to lose (loss). */
export const ClaimSchema = Type.Object(
  {
    name: Type.String(),
    kind: Type.Enum(['win', 'cost', 'loss']),
    against: Type.String(),
    /** Names of the experiment's faults with which it is claimed; absent: with every one. */
    in: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** Key of the map in slo/metrics.ts. */
    metric: Type.String(),
    /**
     * What is held against the bound: the candidate's value, its ratio to or its difference from the baseline's, or
     * (of an accuracy) the difference over the keys that both answered.
     */
    compare: Type.Enum([...COMPARISONS]),
    bound: BoundSchema,
  },
  closed,
);
export type Claim = Static<typeof ClaimSchema>;

/** What `--profile soak` plays: kills of services, one after the other, at seeded random moments. */
export const SoakSchema = Type.Object(
  {
    /** Services that are killed and started again, in a seeded random order. */
    kills: Type.Array(ServiceSchema, { minItems: 1 }),
    /** Kills of each of them. */
    each: Type.Integer({ minimum: 1, maximum: 10_000 }),
    /** Kills of each that must hit a job in hand, or it proves nothing. */
    counted: Type.Integer({ minimum: 1, maximum: 10_000 }),
    /** Seconds from one kill to the next, on average. */
    everySeconds: Type.Number({ minimum: 1, maximum: 3_600 }),
    /** Name of the fault that is in place all the while. */
    beside: Type.Optional(Type.String()),
    /** The baseline that is played on the same tape and must lose something, or the kills prove nothing. */
    losesWith: Type.String(),
    /** What is shown and what isn't where nothing was lost, in a sentence for whoever reads the result. */
    covers: Type.Optional(Type.String({ minLength: 1 })),
    /** Judged besides the experiment's objectives. */
    objectives: Type.Array(Type.Unsafe<string | Objective>(Type.Unknown())),
  },
  closed,
);
export type Soak = Static<typeof SoakSchema>;

export const ExperimentSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    /** The question that the experiment answers, in one sentence. */
    question: Type.String({ minLength: 1 }),
    /** The pattern under test; null for a plain load test. */
    pattern: Type.Union([Type.String(), Type.Null()]),
    candidate: VariantSchema,
    // Closed, or a name that doesn't fit the pattern would be passed over.
    baselines: Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }), VariantSchema, closed),
    /** The baseline whose capacity is C; null measures the candidate's. */
    mainBaseline: Type.Union([Type.String(), Type.Null()]),
    load: LoadSchema,
    /** The faults that `--fault` can pick; the first is the headline. */
    faults: Type.Record(Type.String(), FaultUseSchema),
    /**
     * `file/name` of an objective in slo/objectives/, or one written out. Any value by its shape: that it exists, or
     * is right, is checked with all other names, in words of its own.
     */
    objectives: Type.Array(Type.Unsafe<string | Objective>(Type.Unknown()), { minItems: 1 }),
    claims: Type.Array(ClaimSchema),
    /** Absent where it has no soak. */
    soak: Type.Optional(SoakSchema),
    /** A server that is somebody's own, in place of our services; the candidate then stands for it. */
    target: Type.Optional(TargetSchema),
  },
  closed,
);
/** One question: a candidate, its baselines, load, faults, objectives, claims. */
export type Experiment = Static<typeof ExperimentSchema>;

/** An experiment on somebody's own server, as its file has it: it has no patterns of ours, so nothing to compare. */
export const TargetExperimentSchema = Type.Object(
  {
    name: ExperimentSchema.properties.name,
    question: ExperimentSchema.properties.question,
    target: TargetFileSchema,
    load: LoadSchema,
    /** The faults that `--fault` can pick; the first is the headline. */
    faults: ExperimentSchema.properties.faults,
    /** An OpenSLO file, relative to this one, whose objectives are all judged; or as any experiment has them. */
    objectives: Type.Union([Type.String({ minLength: 1 }), ExperimentSchema.properties.objectives]),
  },
  closed,
);
export type TargetExperiment = Static<typeof TargetExperimentSchema>;
