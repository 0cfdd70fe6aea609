import { came, responseMs } from '#contract/samples.ts';
import { countIn, valuesIn } from '#contract/trial-view.ts';
import { tapeEndMs } from '#harness/tape.ts';
import type { TrialProgress } from '#harness/trial.ts';
import { quantile } from '#slo/statistics/quantile.ts';

/** Samples of so many last milliseconds make the figures of the progress line. */
const WINDOW_MS = 2_000;
/** A sample is that long on its way. */
const LAG_MS = 1_000;

/** What the line is about; a change of it is worth a line of its own. */
export function progressTopic({ experiment, trial, stage, phase, activeFault }: TrialProgress): string {
  return [experiment.name, trial.id, stage, phase, activeFault].join(' ');
}

/** One line, beginning with its place among all trials: where the trial is, what it sees, how long it still takes. */
export function progressLine(progress: TrialProgress, place: string): string {
  const { experiment, trial, stage, phase, elapsedMs, activeFault, tape } = progress;
  const head = `[${place}] ${experiment.name} · ${trial.variant}`;
  if (stage === 'starting') return `${head} · starting the services`;
  if (stage === 'stopping') return `${head} · healing and stopping`;
  if (elapsedMs < 0) return `${head} · the load is about to begin`;
  const left = Math.max(0, Math.ceil((tapeEndMs(tape) - elapsedMs) / 1000));
  return [
    head,
    phase ?? 'finishing',
    ...figures(progress),
    activeFault ? `fault: ${activeFault}` : '',
    `${left} s left`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Of the requests planned in the last seconds whose samples are there: the very last are still on their way. */
function figures(progress: TrialProgress): string[] {
  const { samples, tape, elapsedMs } = progress;
  const span = { fromMs: Math.max(0, elapsedMs - WINDOW_MS - LAG_MS), toMs: elapsedMs };
  const planned = valuesIn(progress, span, (_, i) => tape.atMs[i]!);
  if (planned.length === 0) return [];
  const seconds = Math.max(0.5, (planned.at(-1)! - planned[0]!) / 1000);
  const p99 = quantile(valuesIn(progress, span, responseMs), 0.99)!;
  const refused = countIn(tape, span, (i) => came(samples, i) && samples.status[i] === 429);
  const errors = countIn(tape, span, (i) => came(samples, i) && samples.status[i] !== 200) - refused;
  const rate = `${Math.round(planned.length / seconds)}/s`;
  const turnedAway = refused > 0 ? [`${refused} refused`] : [];
  return [rate, `p99 ${p99.toFixed(0)} ms`, `${errors} errors`, ...turnedAway];
}
