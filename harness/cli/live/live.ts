import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { type LiveFile, startLiveServer } from '#harness/effects/live-server.ts';
import { tapeEndMs } from '#harness/tape.ts';
import type { ReportInput } from '#reports/reporter.ts';
import { sentenceOf } from '#reports/sentence.ts';
import { viewExperiments } from '#reports/view.ts';
import type { Look } from './look.ts';

/** What a run tells those who look at it while it is under way. */
export interface Live {
  progress(look: Look): void;
  /** The verdict, with where its report lies. */
  end(input: ReportInput): void;
  /** It ended without one. */
  fail(message: string): void;
  close(): Promise<void>;
}

/** For a run that nobody looks at. */
export const unseen: Live = { progress() {}, end() {}, fail() {}, close: async () => {} };

/** Serves the page; `announce` gets its address. Port 0: any that is free. */
export async function openLive(
  run: { runId: string; command: string },
  port: number,
  announce: (url: string) => void,
): Promise<Live> {
  const server = await startLiveServer(pageFiles(), port);
  announce(server.url);
  server.send('run', run);
  return {
    progress: (look) => server.send('now', nowOf(look)),
    end: (input) => server.send('end', endOf(input)),
    fail: (message) => server.send('end', { outcome: 'no verdict', meaning: message, experiments: [] }),
    close: server.close,
  };
}

/** What the page shows of a trial under way. */
export function nowOf(look: Look) {
  const { experiment, trial, tape, stage, phase, elapsedMs, activeFault, place, figures, seconds } = look;
  const endSeconds = tapeEndMs(tape) / 1000;
  return {
    place,
    experiment: experiment.name,
    variant: trial.variant,
    trial: trial.id,
    stage,
    phase,
    fault: activeFault,
    endSeconds,
    leftSeconds: stage === 'playing' ? Math.max(0, Math.ceil(endSeconds - elapsedMs / 1000)) : null,
    deadlineMs: experiment.load.deadlineMs,
    figures,
    seconds,
  };
}

/** What the page ends with. */
export function endOf(input: ReportInput) {
  const { verdict, runFolder } = input;
  const path = `${runFolder}/report.html`;
  return {
    outcome: verdict.outcome,
    meaning: `exit ${verdict.exitCode}: ${EXIT_MEANING[verdict.exitCode as ExitCode] ?? 'unknown'}`,
    experiments: viewExperiments(input).map((view) => ({
      name: view.plan.name,
      outcome: view.verdict.outcome,
      sentence: sentenceOf(view),
    })),
    report: { path, url: pathToFileURL(path).href },
  };
}

/** The page as it lies beside this file. */
export function pageFiles(): Record<string, LiveFile> {
  const read = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  return {
    '/': { type: 'text/html; charset=utf-8', content: read('index.html') },
    '/live.css': { type: 'text/css; charset=utf-8', content: read('live.css') },
    '/icon.svg': { type: 'image/svg+xml', content: read('icon.svg') },
    '/live.js': { type: 'text/javascript; charset=utf-8', content: read('live.js') },
  };
}
