import { build, type Histogram } from 'hdr-histogram-js';
import { PHASES, type Phase } from '#contract/names.ts';
import { came } from '#contract/samples.ts';
import { rangeOf, type Span, type TrialView } from '#contract/trial-view.ts';
import { type ExperimentView, variantNames } from './view.ts';

/** Largest microseconds that a sample's column holds, three times: lateness, connecting and service. */
const MOST_US = 3 * 2 ** 31;

/** A histogram of microseconds, to three significant digits (HdrHistogram). */
function emptyHistogram(): Histogram {
  const bounds = { lowestDiscernibleValue: 1, highestTrackableValue: MOST_US };
  return build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, ...bounds });
}

/** Response times of the requests that were planned in a span and sent, whatever became of them. */
export function responseTimesIn({ tape, samples }: TrialView, span: Span): Histogram {
  const histogram = emptyHistogram();
  const { latenessUs, connectUs, serviceUs } = samples;
  const { from, to } = rangeOf(tape, span);
  for (let i = from; i < to; i += 1) {
    // A clock of whole milliseconds can have a request leave a moment before it was planned.
    if (came(samples, i)) histogram.recordValue(Math.max(0, latenessUs[i]! + connectUs[i]! + serviceUs[i]!));
  }
  return histogram;
}

export interface Distribution {
  variant: string;
  phase: Phase;
  trials: number;
  responseTimes: Histogram;
}

/** Of each variant and phase over all trials: histograms can be added, percentiles can't. */
export function distributionsOf(view: ExperimentView): Distribution[] {
  return variantNames(view).flatMap((variant) =>
    PHASES.flatMap((phase) => {
      const own = view.trials.filter(({ facts }) => facts.variant === variant);
      const spans = own.flatMap((trial) => {
        const span = trial.spans[phase];
        return span && span.toMs > span.fromMs ? [{ trial, span }] : [];
      });
      if (spans.length === 0) return [];
      const responseTimes = emptyHistogram();
      for (const { trial, span } of spans) responseTimes.add(responseTimesIn(trial, span));
      return [{ variant, phase, trials: spans.length, responseTimes }];
    }),
  );
}
