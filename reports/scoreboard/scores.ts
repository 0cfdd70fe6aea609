import { type Capacity, experimentOf, type Plan, type PlannedExperiment } from '#contract/plan.ts';
import type { ClaimResult, ExperimentVerdict, FaultResult, Outcome, Verdict } from '#contract/verdict.ts';
import { adviceFor } from './advice.ts';

/** What a comparison found of one pattern, for whatever shows it. */
export interface Score {
  experiment: string;
  question: string;
  pattern: string | null;
  /** Null where its rate needs none. */
  capacity: Capacity | null;
  ratePerSecond: number;
  /** The headline fault; null for a comparison without one. */
  fault: string | null;
  outcome: Outcome;
  /** What of it was simulated; null where nothing was. */
  simulation: string | null;
  /** Of the headline: wins, then costs, then expected losses. */
  claims: ClaimResult[];
  /** One sentence. */
  advice: string;
  /** The candidate first. */
  variants: string[];
  /** A row for each fault that was played, the headline's first; empty without any. */
  matrix: MatrixRow[];
}

export interface MatrixRow {
  fault: string;
  /** Seconds between inject and heal. */
  seconds: number;
  rounds: number;
  outcome: Outcome;
  claims: ClaimResult[];
  /** In the order of the score's variants. */
  cells: MatrixCell[];
}

/** One variant under one fault, over its valid trials. */
export interface MatrixCell {
  valid: number;
  trials: number;
  /** Mean goodput of correct answers in the fault window; null without a valid trial. */
  goodput: number | null;
  /** The worst of its recoveries; null without a valid trial. */
  recovery: FaultResult['recovery'] | null;
}

/** What of a verdict is told. */
type Judged = Pick<Verdict, 'experiments'>;

const KINDS = ['win', 'cost', 'loss'] as const;

/** A score for each experiment that was compared with its baselines; none for any other run. */
export function scoresOf(plan: Plan, verdict: Judged): Score[] {
  if (plan.command !== 'compare') return [];
  return plan.experiments
    .filter(({ cellOf, against }) => cellOf === undefined && against === undefined)
    .flatMap((headline) => {
      const judged = verdictOn(headline, verdict);
      return judged ? [scoreOf(headline, judged, plan, verdict)] : [];
    });
}

function scoreOf(headline: PlannedExperiment, judged: ExperimentVerdict, plan: Plan, verdict: Judged): Score {
  const { name, question, pattern, capacity, load, variants, faults } = headline;
  const parts = plan.experiments.filter((one) => experimentOf(one) === name);
  const names = Object.keys(variants);
  return {
    experiment: name,
    question,
    pattern,
    capacity,
    ratePerSecond: load.ratePerSecond,
    fault: faults[0]?.name ?? null,
    outcome: judged.outcome,
    simulation: judged.simulation ?? null,
    claims: KINDS.flatMap((kind) => judged.claims.filter((claim) => claim.kind === kind)),
    advice: adviceFor(name, judged),
    variants: names,
    matrix: parts.flatMap((part) => {
      const own = verdictOn(part, verdict);
      return own ? rowOf(part, own, names) : [];
    }),
  };
}

function verdictOn({ name }: PlannedExperiment, { experiments }: Judged): ExperimentVerdict | undefined {
  return experiments.find((one) => one.name === name);
}

function rowOf(
  { faults: [fault], tapes }: PlannedExperiment,
  { outcome, claims, faults, validity }: ExperimentVerdict,
  variants: readonly string[],
): MatrixRow[] {
  if (!fault) return [];
  const broken = new Set(validity.filter(({ held }) => !held).map(({ trial }) => trial));
  const cells = variants.map((variant) => {
    const own = faults.filter((one) => one.variant === variant);
    return cellOf(
      own.filter(({ trial }) => !broken.has(trial)),
      own.length,
    );
  });
  const seconds = (fault.healAtMs - fault.injectAtMs) / 1000;
  return [{ fault: fault.name, seconds, rounds: tapes.length, outcome, claims, cells }];
}

function cellOf(valid: readonly FaultResult[], trials: number): MatrixCell {
  const goodputs = valid.flatMap(({ goodput }) => goodput ?? []);
  const recoveries = valid.map(({ recovery }) => recovery).toSorted((a, b) => badness(b) - badness(a));
  return {
    valid: valid.length,
    trials,
    goodput: goodputs.length === 0 ? null : goodputs.reduce((a, b) => a + b, 0) / goodputs.length,
    recovery: recoveries[0] ?? null,
  };
}

/** One that never was well again is worse than any number of seconds. */
function badness({ recoverSeconds }: FaultResult['recovery']): number {
  return recoverSeconds ?? Number.POSITIVE_INFINITY;
}
