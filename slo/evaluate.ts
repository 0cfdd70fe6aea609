import { exitCodeFor } from '#contract/errors.ts';
import { EXIT, type ExitCode, worstExit } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { Plan, PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { type TrialView, viewTrial } from '#contract/trial-view.ts';
import {
  type ClaimResult,
  type ExperimentVerdict,
  type FaultResult,
  type Outcome,
  type Validity,
  VERDICT_VERSION,
  type Verdict,
} from '#contract/verdict.ts';
import { alertsOf } from './alerts.ts';
import { seeBite } from './bite.ts';
import { budgetsOf } from './budget.ts';
import { type Check, checks } from './checks/index.ts';
import { observeClaim } from './claims.ts';
import { judgeClaims } from './judge-claims.ts';
import { judgeObjective } from './objectives.ts';
import { DEFAULT_WITHIN_SECONDS, judgeRecoveryOf } from './recovery.ts';
import { levelOfLook } from './statistics/looks.ts';

/** Judges the facts of a run against its plan. Pure: the same facts give the same verdict, whenever. */
export function evaluate(
  plan: Plan,
  record: RunRecord,
  samples: ReadonlyMap<string, readonly Sample[]>,
): Verdict {
  const experiments = plan.experiments.map((experiment) =>
    judgeExperiment(experiment, record, samples, rulesOf(plan, experiment)),
  );
  const outcome = worstOutcome(experiments.map((experiment) => experiment.outcome));
  return {
    schemaVersion: VERDICT_VERSION,
    runId: record.runId,
    command: record.command,
    seed: record.seed,
    ended: record.ended,
    outcome,
    exitCode: exitCodeOf(experiments, record),
    experiments,
  };
}

/** What of a plan decides how strictly its experiments are judged. */
interface Rules {
  judgesPairs: boolean;
  /** What a decision may err by. */
  level: number;
}

function rulesOf(plan: Plan, experiment: PlannedExperiment): Rules {
  return { judgesPairs: judgesPairs(plan, experiment), level: levelOfLook(plan.look?.of ?? 1) };
}

function judgeExperiment(
  experiment: PlannedExperiment,
  record: RunRecord,
  samples: ReadonlyMap<string, readonly Sample[]>,
  { judgesPairs, level }: Rules,
): ExperimentVerdict {
  const trials = record.experiments.find(({ name }) => name === experiment.name)?.trials ?? [];
  const views = trials.map((facts) =>
    viewTrial(experiment, facts, samples.get(`${experiment.name}/${facts.id}`) ?? []),
  );
  const validity = [...views.flatMap(checkTrial), ...missingTrials(experiment, views)];
  const brokenTrials = new Set(validity.filter(({ held }) => !held).map(({ trial }) => trial));
  const valid = (view: TrialView) => !brokenTrials.has(view.facts.id);
  const faults = views.flatMap((view) => judgeFaults(view));
  const objectives = Object.keys(experiment.variants).flatMap((variant) =>
    judgeVariant(variant, views, faults, valid, 1 - level),
  );
  const claims = judgesPairs
    ? judgeClaims(experiment.claims, views, valid, level)
    : experiment.claims.map((claim) => observeClaim(claim, views, valid));
  const counted = [
    ...objectives.filter((objective) => objective.variant === CANDIDATE).map(({ outcome }) => outcome),
    ...(judgesPairs ? claims.flatMap(outcomeThatCounts) : []),
  ];
  const candidateBroken = validity.some(({ variant, held }) => variant === CANDIDATE && !held);
  return {
    name: experiment.name,
    pattern: experiment.pattern,
    outcome: candidateBroken ? 'invalid' : worstOutcome(counted),
    validity,
    objectives,
    claims,
    faults,
    // Of a trial that proves nothing there is nothing to tell.
    budgets: budgetsOf(experiment, views.filter(valid)),
    alerts: views.filter(valid).flatMap((view) => alertsOf(view) ?? []),
    regressions: [],
  };
}

/** An expected loss that did not come is a finding, no failure. */
function outcomeThatCounts({ kind, outcome }: ClaimResult): Outcome[] {
  return kind === 'loss' || outcome === 'observed' ? [] : [outcome];
}

/** One pair shows an effect and proves none. */
function judgesPairs({ command }: Plan, { trials }: PlannedExperiment): boolean {
  return command === 'compare' && trials.some(({ round }) => round > 1);
}

function checkTrial(view: TrialView): Validity[] {
  const { variant, id: trial } = view.facts;
  return Object.entries(checks).flatMap(([rule, check]) => {
    const checked = runCheck(check, view);
    return checked === null ? [] : [{ rule, variant, trial, ...checked }];
  });
}

/** A check that throws is never a pass. */
function runCheck(check: Check, view: TrialView): ReturnType<Check> {
  try {
    return check(view);
  } catch (error) {
    return {
      held: false,
      observed: `the check failed: ${(error as Error).message}`,
      advice: 'This is a bug; report it.',
    };
  }
}

function missingTrials(experiment: PlannedExperiment, views: readonly TrialView[]): Validity[] {
  const nameOf = ({ variant, round }: { variant: string; round: number }) => `${round} ${variant}`;
  const played = new Set(views.map(({ facts }) => nameOf(facts)));
  return experiment.trials
    .filter((trial) => !played.has(nameOf(trial)))
    .map(({ id, variant }) => ({
      rule: 'completed',
      variant,
      trial: id,
      held: false,
      observed: 'not played',
      advice: 'Run it again to its end.',
    }));
}

function judgeFaults(view: TrialView): FaultResult[] {
  const { facts, experiment } = view;
  if (facts.t0 === null) return [];
  const target = experiment.objectives.find((objective) => objective.indicator === 'recovery');
  const recovery = judgeRecoveryOf(view, target?.withinSeconds ?? DEFAULT_WITHIN_SECONDS);
  return experiment.faults.map((fault) => ({
    name: fault.name,
    variant: facts.variant,
    trial: facts.id,
    bite: seeBite(view, fault),
    recovery,
  }));
}

/** Objectives of one variant over its valid trials; without one they are invalid, never passed. */
function judgeVariant(
  variant: string,
  views: readonly TrialView[],
  faults: readonly FaultResult[],
  valid: (view: TrialView) => boolean,
  confidence: number,
) {
  const own = views.filter((view) => view.facts.variant === variant);
  const sound = own.filter(valid);
  const recoveries = faults
    .filter((fault) => sound.some(({ facts }) => facts.id === fault.trial))
    .map(({ recovery }) => recovery);
  const judged = sound.length > 0 ? sound : own;
  return (own[0]?.experiment.objectives ?? []).map((objective) => {
    const result = judgeObjective(objective, variant, judged, recoveries, confidence);
    return sound.length > 0
      ? result
      : { ...result, outcome: 'invalid' as Outcome, scope: '', advice: 'No valid trial.' };
  });
}

const SEVERITY: readonly Outcome[] = ['fail', 'invalid', 'inconclusive', 'pass'];

function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return SEVERITY.find((outcome) => outcomes.includes(outcome)) ?? 'inconclusive';
}

/** Errors that count whoever met them: the system may still be faulted, the disk is full, there is a bug. */
const ANYBODYS = new Set<string | undefined>(['heal-failed', 'run-folder', 'internal']);

function exitCodeOf(experiments: readonly ExperimentVerdict[], record: RunRecord): ExitCode {
  const byOutcome = {
    pass: EXIT.pass,
    fail: EXIT.fail,
    inconclusive: EXIT.undecided,
    invalid: EXIT.undecided,
  };
  const codes: ExitCode[] = experiments.map(({ outcome }) => byOutcome[outcome]);
  for (const trial of record.experiments.flatMap(({ trials }) => trials)) {
    // A baseline that never got well, or died, is printed; only the candidate's errors count, and what may be left.
    const counts = trial.variant === CANDIDATE || ANYBODYS.has(trial.error?.code);
    if (trial.error && counts) codes.push(exitCodeFor(trial.error.code));
  }
  if (record.ended === 'interrupted') {
    const isCtrlC = record.signal === undefined || record.signal === 'SIGINT';
    codes.push(isCtrlC ? EXIT.interrupted : EXIT.terminated);
  }
  return worstExit(codes);
}
