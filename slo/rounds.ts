import type { Claim } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';

/** What of a trial says where it belongs, and whether it counts. */
export interface InRound {
  variant: string;
  round: number;
  valid: boolean;
}

/** The trials of one round that a claim compares. */
export interface Round<T> {
  candidate: T;
  /** Null where it has no valid trial, which only a claim on the candidate's value does without. */
  baseline: T | null;
}

/** The rounds that count for a claim: those in which every trial that it needs is valid. */
export function roundsOf<T extends InRound>(
  { compare, against }: Pick<Claim, 'compare' | 'against'>,
  trials: readonly T[],
): Round<T>[] {
  const rounds = [...new Set(trials.map(({ round }) => round))];
  return rounds.flatMap((round) => {
    const of = (variant: string) =>
      trials.find((trial) => trial.round === round && trial.variant === variant && trial.valid);
    const [candidate, baseline] = [of(CANDIDATE), of(against) ?? null];
    return candidate && (compare === 'value' || baseline) ? [{ candidate, baseline }] : [];
  });
}

/** Why so few rounds can't be judged, in one sentence; null where they can. */
export function tooFew(rounds: number): string | null {
  return rounds < 2 ? `${rounds} valid pair${rounds === 1 ? '' : 's'}: at least 2 are needed.` : null;
}
