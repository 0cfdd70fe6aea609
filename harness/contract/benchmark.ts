import Type, { type Static } from 'typebox';
import { PlanSchema } from './plan.ts';
import { RunRecordSchema } from './record.ts';
import { ExperimentVerdictSchema } from './verdict.ts';

export const BENCHMARK_VERSION = 1;

export const KeptTrialSchema = Type.Object({
  /** Name in the plan: the experiment's, or one of its cells. */
  part: Type.String(),
  id: Type.String(),
  variant: Type.String(),
  round: Type.Integer({ minimum: 1 }),
  valid: Type.Boolean(),
  /** Requests that were planned. */
  requests: Type.Integer({ minimum: 0 }),
  /** Of each metric that a claim of the part uses; null where the trial has none. */
  values: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
});
/** What is kept of a trial. */
export type KeptTrial = Static<typeof KeptTrialSchema>;

const Count = Type.Integer({ minimum: 0 });

export const KeptKeysSchema = Type.Object({
  part: Type.String(),
  claim: Type.String(),
  /** Of each round that counts: keys that both sides answered, and how many which of them got right. */
  rounds: Type.Array(Type.Object({ keys: Count, bothRight: Count, onlyOne: Count, onlyOther: Count })),
});
/** What is kept for a claim over paired keys. */
export type KeptKeys = Static<typeof KeptKeysSchema>;

/** What is kept of the trials of a run. */
export interface Kept {
  trials: KeptTrial[];
  keys: KeptKeys[];
}

const { experiments: _, schemaVersion: __, ...head } = RunRecordSchema.properties;

export const BenchmarkSchema = Type.Object({
  schemaVersion: Type.Literal(BENCHMARK_VERSION),
  experiment: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  /** The run's record without its trials. */
  record: Type.Object(head),
  /** The experiment and its cells; tapes keep their phases and lose their requests. */
  plan: PlanSchema,
  trials: Type.Array(KeptTrialSchema),
  keys: Type.Array(KeptKeysSchema),
  /** As the run was judged. */
  verdict: Type.Object({ experiments: Type.Array(ExperimentVerdictSchema) }),
});
/** What a comparison found of one experiment, small enough to be committed, and enough to judge its claims again. */
export type Benchmark = Static<typeof BenchmarkSchema>;

export const SavedBenchmarkSchema = Type.Object({
  ...BenchmarkSchema.properties,
  /** SHA-256 in hex of the rest, as JSON without spaces. */
  seal: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
/** A file in reports/records/. */
export type SavedBenchmark = Static<typeof SavedBenchmarkSchema>;
