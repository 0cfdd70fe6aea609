import type { TrialView } from '#contract/trial-view.ts';
import { metrics } from './metrics.ts';

/** What claims are judged by: a trial that was played now, or what was kept of one. */
export interface MeasuredTrial {
  variant: string;
  round: number;
  valid: boolean;
  /** Of a metric in slo/metrics.ts; null where the trial has none. */
  valueOf(metric: string): number | null;
}

export function measuredTrials(
  views: readonly TrialView[],
  valid: (view: TrialView) => boolean,
): MeasuredTrial[] {
  return views.map((view) => ({
    variant: view.facts.variant,
    round: view.facts.round,
    valid: valid(view),
    valueOf: (metric) => metrics[metric as keyof typeof metrics].of(view),
  }));
}
