import { CANDIDATE } from '#contract/names.ts';
import type { Plan, PlannedExperiment } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { simulationPart } from '#contract/simulation.ts';
import type { TrialView } from '#contract/trial-view.ts';
import {
  type ClaimResult,
  type ExperimentVerdict,
  type FaultResult,
  type Outcome,
  type RegressionResult,
  VERDICT_VERSION,
  type Verdict,
} from '#contract/verdict.ts';
import { regressionOf } from './against-commit.ts';
import { judgeAgainstPin, type References } from './against-pin.ts';
import { alertsOf } from './alerts.ts';
import { backlogOf } from './backlog.ts';
import { seeBite } from './bite.ts';
import { budgetsOf } from './budget.ts';
import { observeClaim } from './claims.ts';
import { exitCodeOf } from './exit-code.ts';
import { judgeClaims } from './judge-claims.ts';
import { type Measured, measured } from './measured.ts';
import { metrics } from './metrics.ts';
import { judgeObjective } from './objectives.ts';
import { DEFAULT_WITHIN_SECONDS, judgeRecoveryOf } from './recovery.ts';
import { levelOfLook } from './statistics/looks.ts';
import { type CheckedTrials, checkTrials } from './validity.ts';

/**
 * Judges the facts of a run against its plan, and against pins where some are given. Pure: the same facts give the
 * same verdict, whenever.
 */
export function evaluate(
  plan: Plan,
  record: RunRecord,
  samples: ReadonlyMap<string, Samples>,
  references: References = { pins: {}, calibrations: {} },
): Verdict {
  const experiments = plan.experiments.map((experiment) =>
    judgeExperiment(experiment, checkTrials(experiment, record, samples), plan, references),
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

/** What a decision may err by. */
function levelOf({ look }: Plan): number {
  return levelOfLook(look?.of ?? 1);
}

function judgeExperiment(
  experiment: PlannedExperiment,
  trials: CheckedTrials,
  plan: Plan,
  references: References,
): ExperimentVerdict {
  const { views, validity, valid } = trials;
  const faults = views.flatMap((view) => judgeFaults(view));
  const objectives = Object.keys(experiment.variants).flatMap((variant) =>
    judgeVariant(variant, views, faults, valid, 1 - levelOf(plan)),
  );
  const claims = claimsOf(plan, experiment, measured(views, valid));
  const regressions = regressionsOf(experiment, trials, levelOf(plan), references);
  const counted = [
    ...objectives.filter((objective) => objective.variant === CANDIDATE).map(({ outcome }) => outcome),
    ...(judgesPairs(plan, experiment) ? claims.flatMap(outcomeThatCounts) : []),
    ...regressions.map(({ outcome }) => (outcome === 'regression' ? 'fail' : outcome)),
  ];
  // A soak stands on what its baseline lost, and on nothing else of that.
  const candidateBroken = validity.some(
    ({ variant, held, rule }) => !held && (variant === CANDIDATE || rule === 'baseline-loses'),
  );
  return {
    name: experiment.name,
    pattern: experiment.pattern,
    ...simulationPart(experiment),
    outcome: candidateBroken ? 'invalid' : worstOutcome(counted),
    validity,
    objectives,
    claims,
    faults,
    // Of a trial that proves nothing there is nothing to tell.
    budgets: budgetsOf(experiment, views.filter(valid)),
    alerts: views.filter(valid).flatMap((view) => alertsOf(view) ?? []),
    regressions,
  };
}

/** An experiment's claims over its trials, or over what was kept of them; against another commit nothing is claimed. */
export function claimsOf(plan: Plan, experiment: PlannedExperiment, found: Measured): ClaimResult[] {
  const { claims, against } = experiment;
  if (against) return [];
  return judgesPairs(plan, experiment)
    ? judgeClaims(claims, found, levelOf(plan))
    : claims.map((claim) => observeClaim(claim, found));
}

/** Against the other commit that was played beside it, and against its pin. */
function regressionsOf(
  experiment: PlannedExperiment,
  trials: CheckedTrials,
  level: number,
  { pins, calibrations }: References,
): RegressionResult[] {
  const { name, against, claims } = experiment;
  const pin = pins[name];
  return [
    ...(against ? judgeClaims(claims, measured(trials.views, trials.valid), level).map(regressionOf) : []),
    ...(pin ? judgeAgainstPin(experiment, trials, pin, calibrations[name] ?? []) : []),
  ];
}

/** An expected loss that did not come is a finding, no failure. */
function outcomeThatCounts({ kind, outcome }: ClaimResult): Outcome[] {
  return kind === 'loss' || outcome === 'observed' ? [] : [outcome];
}

/** One pair shows an effect and proves none. */
function judgesPairs({ command }: Plan, { trials }: PlannedExperiment): boolean {
  return command === 'compare' && trials.some(({ round }) => round > 1);
}

function judgeFaults(view: TrialView): FaultResult[] {
  const { facts, experiment } = view;
  if (facts.t0 === null) return [];
  const target = experiment.objectives.find((objective) => objective.indicator === 'recovery');
  const recovery = judgeRecoveryOf(view, target?.withinSeconds ?? DEFAULT_WITHIN_SECONDS);
  const backlog = backlogOf(view);
  return experiment.faults.map((fault) => ({
    name: fault.name,
    variant: facts.variant,
    trial: facts.id,
    bite: seeBite(view, fault),
    goodput: metrics['goodput-in-fault'].of(view),
    recovery,
    ...(backlog && fault.offers ? { backlog } : {}),
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
