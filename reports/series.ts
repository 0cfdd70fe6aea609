import { responseMs } from '#contract/sample.ts';
import { firstAtOrAfter, type Span, type TrialView } from '#contract/trial-view.ts';
import { FATES, type Fate, fateOf, isCorrect } from './fate.ts';

/** What happened to the requests that were planned within one stretch of time. */
export interface Tally extends Span {
  planned: number;
  fates: Record<Fate, number>;
  /** Of the wrong ones: not even the model's own answer. */
  unfaithful: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** Requests planned from `fromMs` on and before `toMs`. */
export function tallyIn(trial: TrialView, deadlineMs: number, span: Span): Tally {
  const { atMs } = trial.tape;
  const fates = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  const times: number[] = [];
  let unfaithful = 0;
  let planned = 0;
  for (let i = firstAtOrAfter(atMs, span.fromMs); i < atMs.length && atMs[i]! < span.toMs; i += 1) {
    const sample = trial.outcomes[i];
    const fate = fateOf(sample, deadlineMs);
    planned += 1;
    fates[fate] += 1;
    if (fate === 'wrong' && !sample?.faithful) unfaithful += 1;
    if (sample) times.push(responseMs(sample));
  }
  times.sort((a, b) => a - b);
  const at = (p: number) => nearestRank(times, p);
  return { ...span, planned, fates, unfaithful, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
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
export function goodput({ planned, fates }: Tally): number | null {
  if (planned === 0) return null;
  return FATES.filter(isCorrect).reduce((sum, fate) => sum + fates[fate], 0) / planned;
}

function nearestRank(ascending: readonly number[], p: number): number | null {
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)] ?? null;
}
