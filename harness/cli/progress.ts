import { responseMs } from '#contract/sample.ts';
import { tapeEndMs } from '#harness/tape.ts';
import type { TrialProgress } from '#harness/trial.ts';
import { quantile } from '#slo/statistics/quantile.ts';

/** Samples of so many last milliseconds make the figures of the progress line. */
const WINDOW_MS = 2_000;

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

function figures({ samples, tape, elapsedMs }: TrialProgress): string[] {
  const recent = samples
    .slice(-20_000)
    .filter(({ index }) => tape.atMs[index]! >= elapsedMs - WINDOW_MS - 1_000);
  if (recent.length === 0) return [];
  const planned = recent.map(({ index }) => tape.atMs[index]!);
  const seconds = Math.max(0.5, (Math.max(...planned) - Math.min(...planned)) / 1000);
  const p99 = quantile(recent.map(responseMs), 0.99)!;
  const errors = recent.filter(({ status }) => status !== 200).length;
  return [`${Math.round(recent.length / seconds)}/s`, `p99 ${p99.toFixed(0)} ms`, `${errors} errors`];
}
