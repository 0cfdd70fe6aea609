import type { Claim } from '#contract/experiment.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { metricOf, metrics } from './metrics.ts';
import { type KeyCounts, pairKeys } from './paired-keys.ts';
import { type InRound, roundsOf } from './rounds.ts';

/** A trial that was played now, or what was kept of one. */
export interface MeasuredTrial extends InRound {
  /** Of a metric in slo/metrics.ts; null where the trial has none. */
  valueOf(metric: string): number | null;
}

/** What claims are judged by. */
export interface Measured {
  trials: readonly MeasuredTrial[];
  /** Of a claim over paired keys: the counts of each round that counts. */
  keysOf(claim: Claim): KeyCounts[];
}

export function measured(views: readonly TrialView[], valid: (view: TrialView) => boolean): Measured {
  const trials = views.map((view) => ({
    view,
    variant: view.facts.variant,
    round: view.facts.round,
    valid: valid(view),
    valueOf: (metric: string) => metrics[metric as keyof typeof metrics].of(view),
  }));
  const keysOf = (claim: Claim) => {
    const rounds = roundsOf(claim, trials).map(({ candidate, baseline }) => ({
      candidate: candidate.view,
      baseline: baseline?.view ?? null,
    }));
    return pairKeys(rounds, metricOf(claim).pairsKeysOf!);
  };
  return { trials, keysOf };
}
