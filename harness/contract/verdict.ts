import Type, { type Static } from 'typebox';
import { BudgetSchema, TrialAlertsSchema } from './budget.ts';
import { BoundSchema, COMPARISONS, PhaseSchema } from './experiment.ts';
import { FiguresSchema } from './figures.ts';

export const VERDICT_VERSION = 1;

const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const OUTCOMES = ['pass', 'fail', 'inconclusive', 'invalid'] as const;
export type Outcome = (typeof OUTCOMES)[number];
const OutcomeSchema = Type.Enum([...OUTCOMES]);
/** Two-sided 95 %, lower and upper end. */
const Interval = Type.Tuple([Type.Number(), Type.Number()]);

export const ValiditySchema = Type.Object({
  rule: Type.String(),
  variant: Type.String(),
  trial: Type.String(),
  held: Type.Boolean(),
  observed: Type.String(),
  advice: Type.String(),
});
export type Validity = Static<typeof ValiditySchema>;

export const ObjectiveResultSchema = Type.Object({
  name: Type.String(),
  variant: Type.String(),
  phase: PhaseSchema,
  unit: Type.Enum(['request', 'fault']),
  outcome: OutcomeSchema,
  good: Type.Number(),
  total: Type.Number(),
  /** Unit request: good ÷ total. Unit fault: the mean over the faults. */
  ratio: OrNull(Type.Number()),
  target: Type.Number(),
  interval: OrNull(Interval),
  /** Unit request: by how much misses that came together raise the variance of their number; 1 where they came alone. */
  designEffect: OrNull(Type.Number()),
  /** Of a pass: what it can't exclude, in one sentence; empty where there is nothing to add. */
  scope: Type.String(),
  advice: Type.String(),
});
export type ObjectiveResult = Static<typeof ObjectiveResultSchema>;

export const ClaimResultSchema = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['win', 'cost', 'loss']),
  against: Type.String(),
  /** `observed`: measured once and printed, not judged. A loss that is lost as expected passes. */
  outcome: Type.Enum(['pass', 'fail', 'inconclusive', 'invalid', 'observed']),
  metric: Type.String(),
  /** Of candidate and baseline. */
  unit: Type.Enum(['share', 'seconds', 'milliseconds', 'calls', 'requests']),
  /** What the effect is: the candidate's value, its ratio to or its difference from the baseline's, or that over paired keys. */
  compare: Type.Enum([...COMPARISONS]),
  bound: BoundSchema,
  baseline: OrNull(Type.Number()),
  candidate: OrNull(Type.Number()),
  /** Over several pairs: the mean, of ratios the geometric one. */
  effect: OrNull(Type.Number()),
  interval: OrNull(Interval),
  /** Whether the observed effect lies within the claim's bound; null when there is none. */
  within: OrNull(Type.Boolean()),
  /** Pairs that it was judged over, and how many of them lie on the same side of the bound; null where observed. */
  pairs: OrNull(Type.Integer()),
  agreeing: OrNull(Type.Integer()),
  /** Of `paired-keys`: keys that both answered, and how many only the one side got right; null of other comparisons. */
  keys: OrNull(
    Type.Object({
      compared: Type.Integer(),
      onlyCandidate: Type.Integer(),
      onlyBaseline: Type.Integer(),
    }),
  ),
  advice: Type.String(),
});
export type ClaimResult = Static<typeof ClaimResultSchema>;

export const RecoverySchema = Type.Object({
  state: Type.Enum(['recovered', 'slow', 'stuck', 'unknown']),
  detectSeconds: OrNull(Type.Number()),
  recoverSeconds: OrNull(Type.Number()),
});
export type Recovery = Static<typeof RecoverySchema>;

/** Calls that waited for the model server when a fault on the load was over, and how soon they were gone. */
export const BacklogSchema = Type.Object({
  /** Calls begun and not ended, at the first reading after the fault. */
  calls: Type.Number(),
  /** From the end of the fault to the reading with no more of them than before it; null where none had that few. */
  drainedSeconds: OrNull(Type.Number()),
  /** How long it was looked for. */
  watchedSeconds: Type.Number(),
  /** Where it was not drained: when it will be, at the mean pace of those seconds; null where it did not shrink. */
  projectedSeconds: OrNull(Type.Number()),
});
export type Backlog = Static<typeof BacklogSchema>;

export const FaultResultSchema = Type.Object({
  name: Type.String(),
  variant: Type.String(),
  trial: Type.String(),
  bite: Type.Object({ held: Type.Boolean(), observed: Type.String() }),
  /** Of correct answers, in the fault window; null where it did not take place. */
  goodput: OrNull(Type.Number()),
  recovery: RecoverySchema,
  /** Of a fault on the load; absent where nothing was read. */
  backlog: Type.Optional(BacklogSchema),
});
export type FaultResult = Static<typeof FaultResultSchema>;

export const RegressionResultSchema = Type.Object({
  metric: Type.String(),
  /** Run id of the pin, or the variant of another commit. */
  against: Type.String(),
  outcome: Type.Enum(['pass', 'regression', 'inconclusive']),
  unit: Type.Enum(['share', 'seconds', 'milliseconds', 'calls', 'requests']),
  /** Which way is worse. */
  worse: Type.Enum(['higher', 'lower']),
  /** Means over the trials. */
  before: OrNull(Type.Number()),
  now: OrNull(Type.Number()),
  /** Ratio of the geometric means, now ÷ before, with its two-sided 95 % interval. */
  effect: OrNull(Type.Number()),
  interval: OrNull(Interval),
  /** The ratio that the whole interval must lie beyond to be a regression. */
  margin: OrNull(Type.Number()),
  advice: Type.String(),
});
/** One metric of the candidate, held against what it was before. */
export type RegressionResult = Static<typeof RegressionResultSchema>;

export const ExperimentVerdictSchema = Type.Object({
  name: Type.String(),
  pattern: OrNull(Type.String()),
  /** What of it was simulated, in words that belong beside its numbers; absent where nothing was. */
  simulation: Type.Optional(Type.String()),
  outcome: OutcomeSchema,
  validity: Type.Array(ValiditySchema),
  objectives: Type.Array(ObjectiveResultSchema),
  claims: Type.Array(ClaimResultSchema),
  faults: Type.Array(FaultResultSchema),
  budgets: Type.Array(BudgetSchema),
  /** One a valid trial; empty where no objective has a budget to watch. */
  alerts: Type.Array(TrialAlertsSchema),
  /** Empty where nothing was held against a pin or another commit. */
  regressions: Type.Array(RegressionResultSchema),
  /** What the reports show beside the judgement; absent in verdicts from before it was taken, and in kept records. */
  figures: Type.Optional(FiguresSchema),
});
export type ExperimentVerdict = Static<typeof ExperimentVerdictSchema>;

export const VerdictSchema = Type.Object({
  schemaVersion: Type.Literal(VERDICT_VERSION),
  runId: Type.String(),
  command: Type.String(),
  seed: Type.Integer(),
  ended: Type.Enum(['completed', 'interrupted', 'aborted']),
  outcome: OutcomeSchema,
  exitCode: Type.Integer(),
  experiments: Type.Array(ExperimentVerdictSchema),
});
/** The judgement. Stable: other programs read it. */
export type Verdict = Static<typeof VerdictSchema>;
