import { came, responseMs, type Samples } from '#contract/samples.ts';
import { countIn, plannedIn, type Span, valuesIn } from '#contract/trial-view.ts';
import type { TrialProgress } from '#harness/trial.ts';
import { goodputIn } from '#slo/goodput.ts';
import { quantile } from '#slo/statistics/quantile.ts';

/** Samples of so many last milliseconds make the figures of the moment. */
const WINDOW_MS = 2_000;
/** A sample is that long on its way. */
export const LAG_MS = 1_000;

/** What a trial under way shows, of the requests planned in its last seconds. */
export interface Figures {
  /** Requests a second. */
  rate: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 200 and 429, and none. */
  errors: number;
  /** Answered 429. */
  refused: number;
  /**
   * Correct in time ÷ planned, of the requests whose deadline is over and whose samples must be there: a request that
   * still hangs is late by now. Null before there are any.
   */
  goodput: number | null;
}

type Seen = Pick<TrialProgress, 'samples' | 'tape'>;

/** Null before the first sample. The very last requests are still on their way and don't count. */
export function figuresOf(progress: TrialProgress): Figures | null {
  const { samples, tape, elapsedMs, experiment } = progress;
  const span = { fromMs: Math.max(0, elapsedMs - WINDOW_MS - LAG_MS), toMs: elapsedMs };
  const planned = valuesIn(progress, span, (_, i) => tape.atMs[i]!);
  if (planned.length === 0) return null;
  const seconds = Math.max(0.5, (planned.at(-1)! - planned[0]!) / 1000);
  const { deadlineMs } = experiment.load;
  const toMs = elapsedMs - LAG_MS - deadlineMs;
  return {
    rate: planned.length / seconds,
    ...quantilesIn(progress, span)!,
    ...troubleIn({ samples, tape }, span),
    goodput: goodputIn(progress, { fromMs: Math.max(0, toMs - WINDOW_MS), toMs }, deadlineMs),
  };
}

export interface Second {
  /** Seconds since the load began at which it ends. */
  toSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  goodput: number | null;
  errors: number;
}

/** One second of a trial; for when all its samples must be there. */
export function secondOf(progress: TrialProgress, toSecond: number): Second {
  const span = { fromMs: (toSecond - 1) * 1000, toMs: toSecond * 1000 };
  const { deadlineMs } = progress.experiment.load;
  const { p50Ms, p99Ms } = quantilesIn(progress, span) ?? { p50Ms: null, p99Ms: null };
  const missing =
    plannedIn(progress.tape, span) - countIn(progress.tape, span, (i) => came(progress.samples, i));
  return {
    toSecond,
    p50Ms,
    p99Ms,
    goodput: goodputIn(progress, span, deadlineMs),
    errors: troubleIn(progress, span).errors + missing,
  };
}

/** Seconds of a trial that are over, with every answer that still counts. */
export function settledSeconds({ elapsedMs, experiment }: TrialProgress): number {
  return Math.max(0, Math.floor((elapsedMs - LAG_MS - experiment.load.deadlineMs) / 1000));
}

function quantilesIn(seen: Seen, span: Span): { p50Ms: number; p99Ms: number } | null {
  const times = valuesIn(seen, span, responseMs);
  if (times.length === 0) return null;
  return { p50Ms: quantile(times, 0.5)!, p99Ms: quantile(times, 0.99)! };
}

function troubleIn({ samples, tape }: Seen, span: Span): { errors: number; refused: number } {
  const answered = (is: (samples: Samples, i: number) => boolean) =>
    countIn(tape, span, (i) => came(samples, i) && is(samples, i));
  const refused = answered(({ status }, i) => status[i] === 429);
  return { refused, errors: answered(({ status }, i) => status[i] !== 200) - refused };
}
