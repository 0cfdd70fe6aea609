import Type, { type Static } from 'typebox';
import { ObjectiveSchema, PhaseSchema } from './experiment.ts';
import { AgainstSchema, CapacitySchema, PlannedFaultSchema, PlannedLoadSchema } from './plan.ts';
import { VariantSchema } from './topology.ts';

const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

/** What became of the requests planned in a stretch of a trial; the parts add up to `planned`. */
const Tallied = {
  planned: Count,
  /** By what can become of one: primary, stand-in, wrong, late, refused, failed, unsent. */
  fates: Type.Record(Type.String(), Count),
  /** Nearest rank, of all that were sent; null where none was. */
  p50Ms: OrNull(Type.Number()),
  p95Ms: OrNull(Type.Number()),
  p99Ms: OrNull(Type.Number()),
};

export const FiguresSchema = Type.Object({
  /** What was asked, as plan.json has it. */
  asked: Type.Object({
    load: PlannedLoadSchema,
    /** Requests planned in the first trial. */
    requests: Count,
    phases: Type.Array(Type.Object({ phase: PhaseSchema, seconds: Type.Number() })),
    capacity: OrNull(CapacitySchema),
    faults: Type.Array(Type.Object({ ...PlannedFaultSchema.properties, seconds: Type.Number() })),
    objectives: Type.Array(ObjectiveSchema),
    trials: Count,
    variants: Type.Record(Type.String(), VariantSchema),
    against: Type.Optional(AgainstSchema),
  }),
  /** Goodput of correct answers over all trials of a variant. */
  goodput: Type.Array(Type.Object({ variant: Type.String(), phase: PhaseSchema, share: Type.Number() })),
  /** Response times over all trials of a variant, to three digits (HdrHistogram). */
  responseTimes: Type.Array(
    Type.Object({
      variant: Type.String(),
      phase: PhaseSchema,
      trials: Count,
      sent: Count,
      longestMs: Type.Number(),
      quantiles: Type.Array(Type.Object({ share: Type.Number(), ms: Type.Number() })),
    }),
  ),
  /** Each trial, phase by phase. */
  phases: Type.Array(
    Type.Object({
      trial: Type.String(),
      phase: PhaseSchema,
      seconds: Type.Number(),
      ...Tallied,
      goodput: OrNull(Type.Number()),
      /** Of the wrong ones: not even the model's own answer. */
      unfaithful: Count,
    }),
  ),
  /** Wrong answers of all trials, and how many of them are not even the model's own. */
  wrong: Type.Object({ answers: Count, unfaithful: Count }),
  /** The trials that are drawn, in equal stretches from the beginning of the load. */
  drawn: Type.Array(
    Type.Object({
      trial: Type.String(),
      stretchSeconds: Type.Number(),
      stretches: Type.Array(Type.Object(Tallied)),
    }),
  ),
});
/** What reports show of an experiment beside its judgement, so that whoever reads one finds its numbers. */
export type Figures = Static<typeof FiguresSchema>;
