import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Look } from '#harness/cli/live/look.ts';
import type { ReportInput } from '#reports/reporter.ts';
import { html } from '#reports/reporters/html.ts';
import { json } from '#reports/reporters/json.ts';
import { runsPage } from '#reports/runs-page.ts';

/** A report and the page over a folder with its run, as files; resolves to their paths. */
export function writePages(folder: string, input: ReportInput): { report: string; index: string } {
  const report = join(folder, 'report.html');
  const index = join(folder, 'index.html');
  mkdirSync(folder, { recursive: true });
  writeFileSync(report, html(input).files['report.html']!);
  const verdict = JSON.parse(json(input).files['verdict.json']!);
  const runs = [
    { id: input.record.runId, verdict, hasReport: true },
    { id: '2027-01-15T07-00-00-chaos', verdict: null, hasReport: false },
  ];
  writeFileSync(index, runsPage(runs, 3));
  return { report, index };
}

/** A trial of the run under way: ten seconds are over, the fault is in place. */
export function lookOf({ plan, samples }: ReportInput): Look {
  const experiment = plan.experiments[0]!;
  const trial = experiment.trials[0]!;
  const seconds = Array.from({ length: 10 }, (_, i) => ({
    toSecond: i + 1,
    p50Ms: 4 + i,
    p99Ms: i === 4 ? null : 40 * (i + 1),
    goodput: i < 6 ? 0.98 : 0.2,
    errors: i,
    fault: i < 6 ? null : (experiment.faults[0]?.name ?? null),
  }));
  return {
    experiment,
    trial,
    tape: experiment.tapes[0]!,
    services: [],
    stage: 'playing',
    phase: 'fault',
    elapsedMs: 11_500,
    activeFault: experiment.faults[0]?.name ?? null,
    samples: [...samples.values()][0]!,
    place: '1/2',
    figures: { rate: 20, p50Ms: 13, p99Ms: 1_204, errors: 9, refused: 2, goodput: 0.2 },
    seconds,
  };
}
