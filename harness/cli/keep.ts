import { resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Verdict } from '#contract/verdict.ts';
import { benchmarkOf, keptOf } from '#slo/benchmark.ts';
import {
  formerBenchmark,
  recordsFolder,
  writeBenchmark,
  writeBenchmarksPage,
  writeRoomReadmes,
  writeWhichPattern,
} from './benchmarks.ts';
import { readRun, type SavedRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

/** `keep`: a comparison's record for BENCHMARKS.md, whatever it found. */
export async function runKeep(name: string, options: { records?: string }): Promise<ExitCode> {
  const folder = resolve(options.records ?? recordsFolder);
  const saved = await readRun(name);
  const verdict = judgeFacts(saved.plan, saved, undefined);
  refuseUnjudged(saved, verdict);
  const { plan, record } = saved;
  const kept = keptOf(plan, record, saved.samples);
  const experiments = plan.experiments.filter(({ cellOf }) => cellOf === undefined);
  for (const { name: experiment } of experiments) {
    const former = await formerBenchmark(folder, experiment);
    const instead = former ? `, in place of ${former.record.runId}` : '';
    const file = await writeBenchmark(folder, benchmarkOf(experiment, plan, record, kept, verdict));
    process.stdout.write(`kept ${record.runId} as ${file}${instead}\n`);
  }
  const pages = [await writeBenchmarksPage(folder)];
  if (folder === recordsFolder) pages.push(...(await writeRoomReadmes()), await writeWhichPattern());
  process.stdout.write(`made ${pages.join(', ')}; commit them together\n`);
  return EXIT.pass;
}

/** What it found may be good or bad, but it must have been found. */
function refuseUnjudged({ plan, record }: SavedRun, { experiments }: Verdict): void {
  const why = unjudged({ plan, record }, experiments);
  if (why !== null) throw new GauntletError('not-kept', `${record.runId} is not kept: ${why}`);
}

function unjudged(
  { plan, record }: Pick<SavedRun, 'plan' | 'record'>,
  experiments: Verdict['experiments'],
): string | null {
  const play = 'npm run compare -- NAME --profile full';
  if (plan.command !== 'compare' || plan.experiments.some(({ against }) => against !== undefined))
    return `it did not compare a pattern with its baselines; ${play} does.`;
  if (record.ended !== 'completed')
    return `it was not played to its end; npm run compare -- --resume ${record.runId} goes on with it.`;
  const thin = plan.experiments.find(({ tapes }) => tapes.length < 2);
  if (thin) return `'${thin.name}' has one pair, over which nothing is judged; ${play} plays enough.`;
  const headlines = plan.experiments.filter(({ cellOf }) => cellOf === undefined).map(({ name }) => name);
  const invalid = experiments.find(({ name, outcome }) => outcome === 'invalid' && headlines.includes(name));
  return invalid ? `'${invalid.name}' is invalid, so it says nothing; npm run judge shows why.` : null;
}
