import type { PlannedExperiment } from '#contract/plan.ts';
import { answeredWithin, responseMs, type Samples } from '#contract/samples.ts';
import { countIn, plannedIn, valuesIn } from '#contract/trial-view.ts';
import { quantile } from './statistics/quantile.ts';

/** C is the highest rate at which p99 stays within this … */
const MOST_P99_MS = 100;
/** … and this share of requests is answered within the deadline. */
const LEAST_GOOD = 0.999;

/** For each rate of a probe, whether the system held it. */
export function ratesHeld(probe: PlannedExperiment, samples: Samples): boolean[] {
  const tape = probe.tapes[0]!;
  return tape.phases
    .filter(({ phase }) => phase === 'steady')
    .map((span) => {
      const planned = plannedIn(tape, span);
      const good = countIn(tape, span, (i) => answeredWithin(samples, i, probe.load.deadlineMs));
      // Of a request without a sample nobody knows how long it would have taken.
      const times = new Float64Array(planned).fill(Number.POSITIVE_INFINITY);
      times.set(valuesIn({ tape, samples }, span, responseMs));
      const p99 = quantile(times, 0.99);
      return p99 !== null && p99 <= MOST_P99_MS && good >= LEAST_GOOD * planned;
    });
}
