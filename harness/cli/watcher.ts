import type { Verdict } from '#contract/verdict.ts';
import { type RunMetrics, serveRunMetrics } from '#harness/effects/run-metrics.ts';
import type { TrialProgress } from '#harness/trial.ts';
import type { PlayOptions } from './options.ts';

/** Longer than most Prometheus wait between two scrapes of a system on trial. */
const LAST_SCRAPE_MS = 6_000;

/** Somebody who looks on while a run is played, and who must cost it nothing. */
export interface Watcher {
  onProgress(progress: TrialProgress): void;
  onVerdict(verdict: Verdict): void;
  close(): Promise<void>;
}

/** Those that the options ask for, as one. */
export async function openWatcher({ metricsPort }: PlayOptions): Promise<Watcher> {
  if (metricsPort === undefined) return { onProgress() {}, onVerdict() {}, close: async () => {} };
  return metricsWatcher(await serveRunMetrics(metricsPort));
}

function metricsWatcher(metrics: RunMetrics): Watcher {
  return {
    onProgress: ({ experiment, tape, phase, elapsedMs, activeFault, samples, services }) =>
      metrics.tell({
        phase,
        elapsedMs,
        plannedMs: tape.atMs,
        activeFault,
        faults: experiment.faults.map(({ name }) => name),
        samples,
        services,
      }),
    onVerdict({ experiments }) {
      for (const { name, outcome } of experiments) metrics.judged(name, outcome);
    },
    close: () => metrics.close(LAST_SCRAPE_MS),
  };
}
