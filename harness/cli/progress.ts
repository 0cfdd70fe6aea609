import { tapeEndMs } from '#harness/tape.ts';
import type { TrialProgress } from '#harness/trial.ts';
import { sparkline } from './live/history.ts';
import type { Look } from './live/look.ts';

/** What the line is about; a change of it is worth a line of its own. */
export function progressTopic({ experiment, trial, stage, phase, activeFault }: TrialProgress): string {
  return [experiment.name, trial.id, stage, phase, activeFault].join(' ');
}

/** One line, beginning with its place among all trials: where the trial is, what it sees, how long it still takes. */
export function progressLine(look: Look): string {
  return joined([...whereItIs(look), ...whatItSees(look), ...whatIsLeft(look)]);
}

/** The same for a terminal, in two lines: the second ends with the goodput of the last seconds, a bar each. */
export function progressLines(look: Look): string[] {
  const first = joined([...whereItIs(look), ...whatIsLeft(look)]);
  const figures = joined(whatItSees(look));
  if (figures === '') return [first];
  return [first, `  ${figures}  ${sparkline(look.seconds.slice(-SPARKS).map(({ goodput }) => goodput))}`];
}

const SPARKS = 30;

function whereItIs({ experiment, trial, stage, phase, elapsedMs, place }: Look): string[] {
  const head = [`[${place}] ${experiment.name}`, trial.variant];
  if (stage === 'starting') return [...head, 'starting the services'];
  if (stage === 'stopping') return [...head, 'healing and stopping'];
  return [...head, elapsedMs < 0 ? 'the load is about to begin' : (phase ?? 'finishing')];
}

function whatIsLeft({ stage, elapsedMs, activeFault, tape }: Look): string[] {
  if (stage !== 'playing' || elapsedMs < 0) return [];
  const left = Math.max(0, Math.ceil((tapeEndMs(tape) - elapsedMs) / 1000));
  return [activeFault ? `fault: ${activeFault}` : '', `${left} s left`];
}

function whatItSees({ figures }: Look): string[] {
  if (figures === null) return [];
  const { rate, p50Ms, p99Ms, errors, refused, goodput } = figures;
  return [
    `${Math.round(rate)}/s`,
    `p50 ${p50Ms.toFixed(0)} ms`,
    `p99 ${p99Ms.toFixed(0)} ms`,
    `${errors} errors`,
    refused > 0 ? `${refused} refused` : '',
    goodput === null ? '' : `goodput ${goodputText(goodput)}`,
  ];
}

/** Nearly all is not all. */
function goodputText(share: number): string {
  return `${share < 1 ? Math.min(99.9, Math.round(share * 1000) / 10) : 100} %`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
