import type { Claim } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { TrialView } from '#contract/trial-view.ts';

/** The trials of one round that a claim compares. */
export interface Round {
  candidate: TrialView;
  /** Null where it has no valid trial, which only a claim on the candidate's value does without. */
  baseline: TrialView | null;
}

/** The rounds that count for a claim: those in which every trial that it needs is valid. */
export function roundsOf(
  { compare, against }: Claim,
  views: readonly TrialView[],
  valid: (view: TrialView) => boolean,
): Round[] {
  const rounds = [...new Set(views.map(({ facts }) => facts.round))];
  return rounds.flatMap((round) => {
    const of = (variant: string) =>
      views.find((view) => view.facts.round === round && view.facts.variant === variant && valid(view));
    const [candidate, baseline] = [of(CANDIDATE), of(against) ?? null];
    return candidate && (compare === 'value' || baseline) ? [{ candidate, baseline }] : [];
  });
}

/** Why so few rounds can't be judged, in one sentence; null where they can. */
export function tooFew(rounds: number): string | null {
  return rounds < 2 ? `${rounds} valid pair${rounds === 1 ? '' : 's'}: at least 2 are needed.` : null;
}
