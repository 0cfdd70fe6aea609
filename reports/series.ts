import { isFaithful, responseMs } from '#contract/samples.ts';
import { rangeOf, type Span, type TrialView, valuesIn } from '#contract/trial-view.ts';
import { FATES, type Fate, fateOf, isCorrect } from './fate.ts';

/** What became of the requests that were planned within one stretch of time. */
export interface Fates {
  planned: number;
  fates: Record<Fate, number>;
  /** Of the wrong ones: not even the model's own answer. */
  unfaithful: number;
}

/** The same, and how long they took. */
export interface Tally extends Fates, Span {
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

export function fatesIn({ tape, samples }: TrialView, deadlineMs: number, span: Span): Fates {
  const fates: Record<Fate, number> = {
    primary: 0,
    'stand-in': 0,
    wrong: 0,
    late: 0,
    refused: 0,
    failed: 0,
    unsent: 0,
  };
  let unfaithful = 0;
  const { from, to } = rangeOf(tape, span);
  for (let i = from; i < to; i += 1) {
    const fate = fateOf(samples, i, deadlineMs);
    fates[fate] += 1;
    if (fate === 'wrong' && !isFaithful(samples, i)) unfaithful += 1;
  }
  return { planned: to - from, fates, unfaithful };
}

/** Sorts the times, so for counts alone there is `fatesIn`. */
export function tallyIn(trial: TrialView, deadlineMs: number, span: Span): Tally {
  const times = valuesIn(trial, span, responseMs).sort();
  const at = (p: number) => nearestRank(times, p);
  return { ...span, ...fatesIn(trial, deadlineMs, span), p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** Equal stretches of a trial from t0 to the end of its tape. */
export function tallies(trial: TrialView, deadlineMs: number, binMs: number): Tally[] {
  return Array.from({ length: Math.ceil(tapeEndMs(trial) / binMs) }, (_, i) =>
    tallyIn(trial, deadlineMs, { fromMs: i * binMs, toMs: (i + 1) * binMs }),
  );
}

export function tapeEndMs({ tape }: TrialView): number {
  return Math.max(0, ...tape.phases.map(({ toMs }) => toMs), (tape.atMs.at(-1) ?? -1) + 1);
}

/** Goodput of correct answers; null for a stretch without requests. */
export function goodput({ planned, fates }: Fates): number | null {
  if (planned === 0) return null;
  return FATES.filter(isCorrect).reduce((sum, fate) => sum + fates[fate], 0) / planned;
}

function nearestRank(ascending: Float64Array, p: number): number | null {
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)] ?? null;
}
