import Type, { type Static } from 'typebox';
import { PhaseSchema } from './experiment.ts';

const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What one phase spent of an objective's error budget, the misses that its target allows; over all valid trials. */
export const BudgetSchema = Type.Object({
  objective: Type.String(),
  variant: Type.String(),
  phase: PhaseSchema,
  /** The fault whose window the phase is; null for the other phases. */
  fault: OrNull(Type.String()),
  /** Whether the objective is judged in this phase; where it isn't, this is what the phase would have cost it. */
  judged: Type.Boolean(),
  target: Type.Number(),
  /** Requests that the objective counts. */
  total: Type.Integer(),
  misses: Type.Integer(),
  /** Requests: (1 − target) × total, seldom a whole number. */
  allowed: Type.Number(),
  /** misses ÷ allowed: 1 is all of it, more is overspent; null where no miss is allowed or nothing was counted. */
  spent: OrNull(Type.Number()),
  /** The ledger: misses ÷ what the objective's phases allow together, so that their rows add up; null likewise. */
  spentOfAll: OrNull(Type.Number()),
  /** Seconds of a trial in which a miss was planned, over all trials. */
  missSeconds: Type.Integer(),
  /** The second after t0 with the most misses; null without a miss. */
  worst: OrNull(Type.Object({ trial: Type.String(), second: Type.Integer(), misses: Type.Integer() })),
  /** Why `spent` is null; empty where it isn't. */
  why: Type.String(),
});
export type Budget = Static<typeof BudgetSchema>;

const BurnRate = {
  /** A page wakes somebody, a ticket waits for the morning. */
  severity: Type.Enum(['page', 'ticket']),
  /** It rings while misses come so many times as fast as the target allows, or faster … */
  burnRate: Type.Number(),
  /** … over this window, in seconds of the run … */
  longSeconds: Type.Integer(),
  /** … and over this one, which says that it still goes on. */
  shortSeconds: Type.Integer(),
};
const BurnRateSchema = Type.Object(BurnRate);
/** One multi-window burn-rate alert. */
export type BurnRate = Static<typeof BurnRateSchema>;

const WatchedSchema = Type.Object({
  objective: Type.String(),
  target: Type.Number(),
  rules: Type.Array(
    Type.Object({
      ...BurnRate,
      /** Requests that the long window must hold for it to ring: fewer are too few to tell a burn from chance. */
      leastRequests: Type.Integer(),
      /** Seconds of total outage, after a history without a miss, until it rings; null where it never can. */
      outageSeconds: OrNull(Type.Number()),
      /** Why it never can, at this target and rate; empty where it can. */
      silent: Type.String(),
    }),
  ),
});
export type Watched = Static<typeof WatchedSchema>;

const RangSchema = Type.Object({
  objective: Type.String(),
  ...BurnRate,
  /** Seconds after t0 of the look at which it began to ring. */
  fromSecond: Type.Integer(),
  /** Of the first look at which it no longer did; null where it rang until the tape's end. */
  toSecond: OrNull(Type.Integer()),
  /** The fault after whose inject it began to ring; null for none. */
  fault: OrNull(Type.String()),
  /** From that fault's acknowledged inject to `fromSecond`. */
  secondsAfterInject: OrNull(Type.Number()),
});
export type Rang = Static<typeof RangSchema>;

const FaultAlertSchema = Type.Object({
  name: Type.String(),
  /** The first alert that began to ring after the inject; null: none would have seen this fault. */
  first: OrNull(RangSchema),
  /** An alert rang already when the fault came, and may have hidden it. */
  rangBefore: Type.Boolean(),
  /** The watched objective whose budget the fault's window burnt fastest: so many times as fast as allowed. */
  burnt: OrNull(Type.Object({ objective: Type.String(), times: Type.Number() })),
});
export type FaultAlert = Static<typeof FaultAlertSchema>;

/** What burn-rate alerts would have made of one valid trial, looked at once a second. */
export const TrialAlertsSchema = Type.Object({
  variant: Type.String(),
  trial: Type.String(),
  /** Production's windows ÷ this run's: 60 makes a minute of an hour. */
  scale: Type.Integer(),
  /** The objectives that hold all the time, those of the steady phase that allow misses, with their alerts. */
  watched: Type.Array(WatchedSchema),
  /** In the order in which they began. */
  rang: Type.Array(RangSchema),
  faults: Type.Array(FaultAlertSchema),
});
export type TrialAlerts = Static<typeof TrialAlertsSchema>;
