import { answerMs, came, isModels, responseMs } from '#contract/samples.ts';
import { countIn, plannedIn, rangeOf, type Span, type TrialView, valuesIn } from '#contract/trial-view.ts';
import type { Recovery } from '#contract/verdict.ts';
import { goodputIn } from './goodput.ts';
import { quantile } from './statistics/quantile.ts';

/** So many healthy seconds in a row count as recovered; the first of them is the moment. */
const HEALTHY_IN_A_ROW = 3;
/** How far below the steady phase a second's goodput may lie: some hundred seconds of a comparison are looked at. */
const MOST_DEVIATIONS = 4;
const P95_FACTOR = 2;
/**
 * A p95 within this share of the deadline is well, whatever it was before: twice three milliseconds is what a
 * neighbour's moment of work adds, and no trace of the fault.
 */
const WELL_SHARE_OF_DEADLINE = 0.1;
/** Share of the model's answers, relative to steady; else a fallback would pass for health. */
const MODEL_SHARE = 0.95;
/** Where no objective says how soon. */
export const DEFAULT_WITHIN_SECONDS = 10;

interface Health {
  planned: number;
  goodput: number;
  /** Of the time since the send: a second in which the generator sent late is no relapse of the system. */
  p95Ms: number;
  modelShare: number;
}

/** How a trial came back after the heal: recovered in time, slow, or stuck. */
export function judgeRecoveryOf(view: TrialView, withinSeconds: number): Recovery {
  const { steady, fault, recovery } = view.spans;
  if (!steady || !fault || !recovery) return { state: 'unknown', detectSeconds: null, recoverSeconds: null };
  const detectSeconds = secondsToDetect(view, fault);
  const recoverSeconds = secondsToRecover(view, steady, recovery);
  const state = recoverSeconds === null ? 'stuck' : recoverSeconds <= withinSeconds ? 'recovered' : 'slow';
  return { state, detectSeconds, recoverSeconds };
}

/** From the inject to the first answer that isn't the model's. */
function secondsToDetect(view: TrialView, fault: Span): number | null {
  const { tape, samples } = view;
  const { from, to } = rangeOf(tape, fault);
  let first = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i += 1) {
    if (!came(samples, i) || isModels(samples, i)) continue;
    first = Math.min(first, tape.atMs[i]! + responseMs(samples, i));
  }
  return Number.isFinite(first) ? (first - fault.fromMs) / 1000 : null;
}

function secondsToRecover(view: TrialView, steady: Span, recovery: Span): number | null {
  const before = healthIn(view, steady);
  if (!before) return null;
  let inARow = 0;
  for (let second = 0; recovery.fromMs + (second + 1) * 1000 <= recovery.toMs; second += 1) {
    const fromMs = recovery.fromMs + second * 1000;
    const span = { fromMs, toMs: fromMs + 1000 };
    inARow = isHealthy(view, span, before) ? inARow + 1 : 0;
    if (inARow === HEALTHY_IN_A_ROW) return second + 1 - HEALTHY_IN_A_ROW;
  }
  return null;
}

function isHealthy(view: TrialView, span: Span, before: Health): boolean {
  const now = healthIn(view, span);
  if (!now) return false;
  return (
    deviationsBelow(before, now) <= MOST_DEVIATIONS &&
    now.p95Ms <=
      Math.max(P95_FACTOR * before.p95Ms, WELL_SHARE_OF_DEADLINE * view.experiment.load.deadlineMs) &&
    now.modelShare >= MODEL_SHARE * before.modelShare
  );
}

/**
 * By how many standard deviations of their difference a goodput lies below one before, were both of one and the same
 * share: the two-sample score, so that what the steady phase saw by chance counts too (Fleiss, Levin, Paik: Statistical
 * Methods for Rates and Proportions, 3.2).
 */
function deviationsBelow(before: Health, now: Health): number {
  const all = before.planned + now.planned;
  const share = (before.planned * before.goodput + now.planned * now.goodput) / all;
  const deviation = Math.sqrt(share * (1 - share) * (1 / before.planned + 1 / now.planned));
  return deviation === 0 ? 0 : (before.goodput - now.goodput) / deviation;
}

function healthIn(view: TrialView, span: Span): Health | null {
  const { tape, samples, experiment } = view;
  const p95Ms = quantile(valuesIn(view, span, answerMs), 0.95);
  const goodput = goodputIn(view, span, experiment.load.deadlineMs);
  if (p95Ms === null || goodput === null) return null;
  const planned = plannedIn(tape, span);
  const models = countIn(tape, span, (i) => isModels(samples, i));
  return { planned, goodput, p95Ms, modelShare: models / planned };
}
