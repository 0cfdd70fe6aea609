import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Static, TSchema } from 'typebox';
import { GauntletError } from '#contract/errors.ts';
import { PLAN_VERSION, type Plan, PlanSchema } from '#contract/plan.ts';
import { RECORD_VERSION, type RunRecord, RunRecordSchema, type TrialFacts } from '#contract/record.ts';
import { readSamples, type Sample, sampleHeader } from '#contract/sample.ts';
import { problemsOf } from '#contract/validate.ts';
import { contradictions } from './contradictions.ts';

/** Where runs are kept when nothing else is said. */
export const runsFolder = fileURLToPath(new URL('../../reports/runs', import.meta.url));

/** A run as its folder has it. */
export interface SavedRun {
  path: string;
  plan: Plan;
  record: RunRecord;
  /** By `<experiment>/<trial>`. */
  samples: Map<string, Sample[]>;
  /** What is partial about it and could be read all the same, in sentences. */
  notes: string[];
}

/** How every verb that takes a run describes its argument. */
export const RUN_ARGUMENT = "a run's id, the path of its folder, or latest";

const RUN_ID = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-[a-z]+$/;
/** A tape that is wrong throughout would be as many lines as it has entries. */
const MOST_PROBLEMS = 20;

/** Reads a run by id, path or `latest`. Damage is an error with a sentence; what is cut off is read as far as it goes. */
export async function readRun(name: string, folder: string = runsFolder): Promise<SavedRun> {
  const path = await findRun(name, folder);
  const plan = await readJson(path, 'plan.json', PlanSchema, PLAN_VERSION);
  const record = await readJson(path, 'record.json', RunRecordSchema, RECORD_VERSION);
  const wrong = contradictions(plan, record);
  if (wrong.length > 0) {
    throw damaged(`plan.json and record.json in ${path} contradict each other:\n${listed(wrong)}`);
  }
  const notes: string[] = [];
  const samples = new Map<string, Sample[]>();
  for (const { name: experiment, trials } of record.experiments) {
    for (const facts of trials) {
      const text = await readSamplesFile(path, facts);
      samples.set(`${experiment}/${facts.id}`, readSamples(text));
      if (text !== '' && !text.endsWith('\n'))
        notes.push(`${facts.samplesFile} ends within a line; what stands before it is read.`);
    }
  }
  return { path, plan, record, samples, notes };
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

/** A file of the run folder; undefined when it isn't there. */
async function readText(path: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(path, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(`${join(path, name)} can't be read: ${(error as Error).message}`);
  }
}

const WITHOUT = {
  'plan.json': 'Without it nobody knows what was wanted.',
  'record.json': 'The run ended before its first trial did, so there is nothing to judge.',
} as const;

async function readJson<T extends TSchema>(
  path: string,
  name: keyof typeof WITHOUT,
  schema: T,
  version: number,
): Promise<Static<T>> {
  const file = join(path, name);
  const text = await readText(path, name);
  if (text === undefined) throw damaged(`${file} is missing. ${WITHOUT[name]}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(`${file} is not JSON: ${(error as Error).message}. It was cut off or changed.`);
  }
  const found = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof found === 'number' && found !== version) {
    throw damaged(
      `${file} has schemaVersion ${found}, and this version of Gauntlet reads ${version}. ` +
        'Read it with the version that made it.',
    );
  }
  const problems = problemsOf(schema, value);
  if (problems.length > 0)
    throw damaged(`${file} has not the shape that it should have:\n${listed(problems)}`);
  return value as Static<T>;
}

/** The text of a trial's samples; empty where the load never started. */
async function readSamplesFile(path: string, { id, t0, samplesFile }: TrialFacts): Promise<string> {
  // A record from elsewhere must not make us read files from elsewhere.
  if (relative(path, resolve(path, samplesFile)).startsWith('..'))
    throw damaged(`record.json in ${path} says that the samples of ${id} lie outside: ${samplesFile}`);
  const text = await readText(path, samplesFile);
  if (text === undefined) {
    if (t0 === null) return '';
    throw damaged(`${join(path, samplesFile)} is missing, although the load of trial ${id} was played.`);
  }
  const header = sampleHeader();
  if (!text.startsWith(header) && !header.startsWith(text))
    throw damaged(`${join(path, samplesFile)} holds no samples: its first line is not ${header.trimEnd()}`);
  return text;
}

function listed(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${problem}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

function damaged(message: string): GauntletError {
  return new GauntletError('damaged-run', message);
}
