import { basename, dirname, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import type { Verdict } from '#contract/verdict.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import { openConsole } from './console.ts';
import { renderAll } from './render.ts';
import { readVerdict, writeRunsIndex } from './runs-index.ts';
import { readRun, type SavedRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

/** `report`: the reports of a saved run, made anew. */
export async function runReport(name: string, options: { out?: string }): Promise<ExitCode> {
  const saved = await readRun(name);
  const console = openConsole(process.stdout);
  for (const note of saved.notes) console.line(note);
  const verdict = await savedVerdict(saved);
  if (verdict === null) console.line('There is no whole verdict.json, so the run is judged anew.');
  const runFolder = resolve(options.out ?? saved.path);
  const folder = await createRunFolder(dirname(runFolder), basename(runFolder));
  const input = { ...saved, verdict: verdict ?? judgeFacts(saved.plan, saved, undefined), runFolder };
  const failed = await renderAll(input, folder.writeFiles, console);
  if (options.out === undefined) await writeRunsIndex(dirname(saved.path), console);
  if (failed.length > 0) throw new GauntletError('internal', `Not rendered: ${failed.join(', ')}.`);
  return EXIT.pass;
}

/** The verdict that the run was given: a report renders it and doesn't judge. Null where it isn't there, or is damaged. */
async function savedVerdict({ path, record }: SavedRun): Promise<Verdict | null> {
  const verdict = await readVerdict(path);
  return verdict?.runId === record.runId ? verdict : null;
}
