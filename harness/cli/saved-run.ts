import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { PLAN_VERSION, type Plan, PlanSchema } from '#contract/plan.ts';
import { RECORD_VERSION, type RunRecord, SavedRecordSchema, type Seal } from '#contract/record.ts';
import type { Samples } from '#contract/samples.ts';
import { contradictions } from './contradictions.ts';
import { checkSeal, damaged, listed, readJsonFile, readTrialSamples } from './run-files.ts';

/** Where runs are kept when nothing else is said. */
export const runsFolder = resolve('reports/runs');

/** A run as its folder has it. */
export interface SavedRun {
  path: string;
  plan: Plan;
  record: RunRecord;
  seal: Seal;
  /** By `<experiment>/<trial>`. */
  samples: Map<string, Samples>;
  /** What is partial about it and could be read all the same, in sentences. */
  notes: string[];
}

const RUN_ID = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-[a-z]+$/;

/** Reads a run by id, path or `latest`. Damage is an error with a sentence: what isn't as it was written is not judged. */
export async function readRun(name: string, folder: string = runsFolder): Promise<SavedRun> {
  const path = await findRun(name, folder);
  const { value: plan, content } = await readJsonFile(path, 'plan.json', PlanSchema, PLAN_VERSION);
  const { value: saved } = await readJsonFile(path, 'record.json', SavedRecordSchema, RECORD_VERSION);
  checkSeal(path, content, saved);
  const { seal, ...record } = saved;
  const wrong = contradictions(plan, record);
  if (wrong.length > 0) {
    throw damaged(`plan.json and record.json in ${path} contradict each other:\n${listed(wrong)}`);
  }
  const notes: string[] = [];
  const samples = new Map<string, Samples>();
  for (const { name: experiment, trials } of record.experiments) {
    const planned = plan.experiments.find((one) => one.name === experiment)!;
    for (const facts of trials) {
      const read = await readTrialSamples(path, facts, planned.tapes[facts.round - 1]!.atMs.length, seal);
      samples.set(`${experiment}/${facts.id}`, read.samples);
      if (read.note !== null) notes.push(read.note);
    }
  }
  return { path, plan, record, seal, samples, notes };
}

/** The ids of the runs in a folder, oldest first; empty where there is no such folder. */
export async function runIds(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && RUN_ID.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function findRun(name: string, folder: string): Promise<string> {
  const places = name.includes('/') ? [resolve(name)] : [join(folder, name), resolve(name)];
  for (const place of places) {
    const found = await stat(place).catch(() => null);
    if (found?.isDirectory()) return realpath(place);
    if (found) throw new GauntletError('no-such-run', `${place} is a file; give the run's folder.`);
  }
  const newest = (await runIds(folder)).slice(-5).reverse();
  const known =
    newest.length > 0
      ? `The newest: ${newest.join(', ')}. A path works too.`
      : 'There is none yet; make one with: npm run loadtest';
  throw new GauntletError('no-such-run', `There is no run '${name}' in ${folder}. ${known}`);
}
