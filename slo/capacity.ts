import type { PlannedExperiment, Tape } from '#contract/plan.ts';
import { responseMs, type Sample } from '#contract/sample.ts';
import { answeredWithin, entriesIn, joinOutcomes } from '#contract/trial-view.ts';
import { quantile } from './statistics/quantile.ts';

/** C is the highest rate at which p99 stays within this … */
const MOST_P99_MS = 100;
/** … and this share of requests is answered within the deadline. */
const LEAST_GOOD = 0.999;

/** For each rate of a probe, whether the system held it. */
export function ratesHeld(probe: PlannedExperiment, samples: readonly Sample[]): boolean[] {
  const tape: Tape = probe.tapes[0]!;
  const outcomes = joinOutcomes(tape, samples);
  return tape.phases
    .filter(({ phase }) => phase === 'steady')
    .map((span) => {
      const entries = entriesIn({ tape, outcomes }, span);
      const good = entries.filter((sample) => answeredWithin(sample, probe.load.deadlineMs)).length;
      const p99 = quantile(
        entries.map((sample) => (sample ? responseMs(sample) : Number.POSITIVE_INFINITY)),
        0.99,
      );
      return p99 !== null && p99 <= MOST_P99_MS && good >= LEAST_GOOD * entries.length;
    });
}
