import { HistogramLogWriter } from 'hdr-histogram-js';
import { PHASES } from '#contract/names.ts';
import { responseTimesIn } from '../distributions.ts';
import type { Reporter } from '../reporter.ts';
import { type DrawnTrial, viewExperiments } from '../view.ts';

const US_PER_MS = 1_000;

/**
 * `response-times.hlog`: the response times in microseconds as HdrHistograms, one a trial and phase, in HdrHistogram's
 * own log format 1.3, for its plotters and for whoever merges them. Tags are `experiment.trial.phase`.
 */
export const hdr: Reporter = (input) => {
  const lines: string[] = [];
  const writer = new HistogramLogWriter((line) => lines.push(line));
  writer.outputComment('[Response times in microseconds, Interval_Max in milliseconds]');
  writer.outputLogFormatVersion();
  writer.outputComment(`[StartTime: ${seconds(Date.parse(input.record.startedAt))} (seconds since epoch)]`);
  writer.outputLegend();
  for (const { plan, trials, verdict } of viewExperiments(input)) {
    if (verdict.simulation !== undefined) writer.outputComment(`[${plan.name}: ${verdict.simulation}]`);
    for (const trial of trials) writeTrial(writer, plan.name, trial);
  }
  return { files: { 'response-times.hlog': lines.join('') } };
};

function writeTrial(writer: HistogramLogWriter, experiment: string, trial: DrawnTrial): void {
  const { facts, spans } = trial;
  for (const phase of PHASES) {
    const span = spans[phase];
    if (!span || facts.t0 === null) continue;
    const histogram = responseTimesIn(trial, span);
    if (histogram.totalCount === 0) continue;
    histogram.tag = `${experiment}.${facts.id}.${phase}`;
    const [from, to] = [span.fromMs, span.toMs].map((ms) => (facts.t0! + ms) / 1000) as [number, number];
    writer.outputIntervalHistogram(histogram, from, to, US_PER_MS);
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
