import { METRICS } from '#contract/metrics.ts';
import type { Phase } from '#contract/names.ts';
import { ackMs, came, isAccepted, isFaithful, responseMs, type Samples } from '#contract/samples.ts';
import { plannedIn, rangeOf, type Span, type TrialView } from '#contract/trial-view.ts';
import { quantile } from './statistics/quantile.ts';

// The ledger of jobs: what was accepted, and what became of it. By the samples, which tell what each job's client saw,
// and by what the broker counted at the end, which no client sees.

const ALL: Span = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

/** Its client saw it end, done or failed, before its patience was over. */
export function isFinal({ words, reason }: Samples, i: number): boolean {
  const state = words[reason[i]!];
  return state === 'done' || state === 'failed';
}

/** Ended as it must, with the right model's answer where it has one, and done once at most. */
export function isAccountedFor(samples: Samples, i: number): boolean {
  return samples.status[i] === 200 && isFaithful(samples, i) && samples.effects[i]! <= 1;
}

/** Milliseconds of service time in which 99 % of the jobs planned in a phase were accepted; null without any. */
export function ackP99In(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  if (!span) return null;
  const times = acceptedIn(view, span).map((i) => ackMs(view.samples, i));
  return quantile(Float64Array.from(times), 0.99);
}

/** Jobs accepted ÷ requests planned; null for a phase without requests, or a system that takes none. */
export function acceptedShareIn(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  if (!span || plannedIn(view.tape, span) === 0 || acceptedIn(view, ALL).length === 0) return null;
  return acceptedIn(view, span).length / plannedIn(view.tape, span);
}

/** Jobs of the whole trial that were accepted and then so; null where none was accepted. */
function countOfAccepted(view: TrialView, is: (samples: Samples, i: number) => boolean): number | null {
  const accepted = acceptedIn(view, ALL);
  return accepted.length === 0 ? null : accepted.filter((i) => is(view.samples, i)).length;
}

export function jobsLost(view: TrialView): number | null {
  return countOfAccepted(view, (samples, i) => !isFinal(samples, i));
}

export function jobsWrong(view: TrialView): number | null {
  return countOfAccepted(view, (samples, i) => isFinal(samples, i) && !isFaithful(samples, i));
}

/**
 * Effects beyond one a request: those that clients saw, and results that the broker wrote for a job that had one. Null
 * where nothing was accepted, or the broker could not be asked at the end.
 */
export function effectsBeyondOne(view: TrialView): number | null {
  const accepted = acceptedIn(view, ALL);
  const last = view.facts.scrapes.findLast(
    ({ service, values }) => service === 'gateway' && METRICS.jobResults in values,
  );
  if (accepted.length === 0 || last?.moment !== 'end') return null;
  const seen = accepted.reduce((sum, i) => sum + Math.max(0, view.samples.effects[i]! - 1), 0);
  return seen + (last.values[METRICS.jobResults] ?? 0) - (last.values[METRICS.jobResultIds] ?? 0);
}

/** From the end of the fault window until the last job planned before it had ended; null where one never did. */
export function secondsToLastFinal(view: TrialView): number | null {
  const { fault } = view.spans;
  if (!fault) return null;
  const { tape, samples } = view;
  const accepted = acceptedIn(view, { fromMs: 0, toMs: fault.toMs });
  if (accepted.length === 0 || !accepted.every((i) => isFinal(samples, i))) return null;
  const last = accepted.reduce((ms, i) => Math.max(ms, tape.atMs[i]! + responseMs(samples, i)), 0);
  return Math.max(0, last - fault.toMs) / 1000;
}

/** Positions of the jobs that were planned in a span and accepted. */
function acceptedIn({ tape, samples }: TrialView, span: Span): number[] {
  const { from, to } = rangeOf(tape, span);
  const found: number[] = [];
  for (let i = from; i < to; i += 1) if (came(samples, i) && isAccepted(samples, i)) found.push(i);
  return found;
}
