import type { Phase } from '#contract/names.ts';
import { isCached } from '#contract/samples.ts';
import { countIn, plannedIn, type TrialView } from '#contract/trial-view.ts';
import { idealHits } from './ideal-lru.ts';

const PATTERN = 'prediction-cache';

/** Answers from the cache ÷ planned requests; null for a phase without requests, or a system without the cache. */
export function hitRatioIn(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  if (!span || plannedIn(view.tape, span) === 0 || cacheOf(view) === null) return null;
  return countIn(view.tape, span, (i) => isCached(view.samples, i)) / plannedIn(view.tape, span);
}

/** The ideal cache's hit ratio on the same tape less the one that was seen; null also where the size is not said. */
export function shortOfIdealIn(view: TrialView, phase: Phase): number | null {
  const seen = hitRatioIn(view, phase);
  const entries = cacheOf(view)?.maxRows;
  if (seen === null || entries === undefined) return null;
  const span = view.spans[phase]!;
  const ideal = idealHits(view.tape.key, entries);
  return countIn(view.tape, span, (i) => ideal[i] === 1) / plannedIn(view.tape, span) - seen;
}

/** What a trial's variant says of its cache; null where it has none. */
export function cacheOf({ experiment, facts }: TrialView): { maxRows?: number; ttlMs?: number } | null {
  const options = experiment.variants[facts.variant]?.patterns[PATTERN];
  return (options as { maxRows?: number; ttlMs?: number } | undefined) ?? null;
}
