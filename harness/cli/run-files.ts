import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { GauntletError } from '#contract/errors.ts';
import { rowsFileOf, type SavedRecord, type Seal, type TrialFacts } from '#contract/record.ts';
import { readSamples, sampleHeader } from '#contract/sample.ts';
import { addSample, blankSamples, misfitText, type Samples } from '#contract/samples.ts';
import { problemsOf } from '#contract/validate.ts';
import { digestOf, recordDigest } from '#harness/effects/seal.ts';
import { type ReadSamples, samplesFromParquet } from '#harness/samples-parquet.ts';

/** Something as a file of the run folder has it. */
interface FromFile<T> {
  value: T;
  content: Buffer;
}

const WITHOUT = {
  'plan.json': 'Without it nobody knows what was wanted.',
  'record.json': 'The run ended before its first trial did, so there is nothing to judge.',
} as const;

/** A JSON file of a run folder, checked by its schema. */
export async function readJsonFile<T extends TSchema>(
  path: string,
  name: keyof typeof WITHOUT,
  schema: T,
  version: number,
): Promise<FromFile<Static<T>>> {
  const file = join(path, name);
  const content = await contentOf(path, name);
  if (content === undefined) throw damaged(`${file} is missing. ${WITHOUT[name]}`);
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
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
  return { value: value as Static<T>, content };
}

/** Refuses a plan and a record that are not what they were when the record was written. */
export function checkSeal(path: string, planContent: Buffer, { seal, ...record }: SavedRecord): void {
  if (recordDigest(record) !== seal.record) {
    throw damaged(`${join(path, 'record.json')} was changed after the run: it does not match its own seal.`);
  }
  // A run that is killed while its plan gives way to the final one has nothing that could be judged by either.
  const isPlayed = record.experiments.some(({ trials }) => trials.length > 0);
  if (isPlayed && digestOf(planContent) !== seal.plan) throw unsealed(join(path, 'plan.json'));
}

interface TrialSamples {
  samples: Samples;
  /** A sentence about what is missing in them; null where nothing is. */
  note: string | null;
}

/** The samples of a trial that planned so many requests; none where the load never started. */
export async function readTrialSamples(
  path: string,
  facts: TrialFacts,
  planned: number,
  seal: Seal,
): Promise<TrialSamples> {
  const { id, t0, ended, samplesFile } = facts;
  // A record from elsewhere must not make us read files from elsewhere.
  if (relative(path, resolve(path, samplesFile)).startsWith('..'))
    throw damaged(`record.json in ${path} says that the samples of ${id} lie outside: ${samplesFile}`);
  const digest = Object.hasOwn(seal.samples, samplesFile) ? seal.samples[samplesFile] : undefined;
  const content = await contentOf(path, samplesFile);
  const file = join(path, samplesFile);
  if (content !== undefined && (digest !== undefined || ended === 'interrupted')) {
    if (digest !== undefined && digestOf(content) !== digest) throw unsealed(file);
    const samples = await fromParquet(content, file, planned);
    return { samples, note: digest === undefined ? harnessEnded(id, samples) : null };
  }
  if (content !== undefined) throw unsealed(file);
  if (digest === undefined && ended === 'interrupted') return readRows(path, facts, planned);
  if (t0 === null) return { samples: blankSamples(planned), note: null };
  throw damaged(`${file} is missing, although the load of trial ${id} was played.`);
}

async function fromParquet(content: Buffer, file: string, planned: number): Promise<Samples> {
  let read: ReadSamples;
  try {
    read = await samplesFromParquet(content, planned);
  } catch (error) {
    throw damaged(`${file} holds no samples: ${(error as Error).message}`);
  }
  refuseProblems(file, read.problems);
  return read.samples;
}

/** What a trial had written when its harness was killed. */
async function readRows(path: string, facts: TrialFacts, planned: number): Promise<TrialSamples> {
  const file = join(path, rowsFileOf(facts));
  const samples = blankSamples(planned);
  const content = await contentOf(path, rowsFileOf(facts));
  if (content === undefined) {
    if (facts.t0 === null) return { samples, note: null };
    throw damaged(`${file} is missing, although the load of trial ${facts.id} was played.`);
  }
  const text = content.toString('utf8');
  const header = sampleHeader();
  if (!text.startsWith(header) && !header.startsWith(text))
    throw damaged(`${file} holds no samples: its first line is not ${header.trimEnd()}`);
  const read = readSamples(text);
  const misfits = read.samples.filter((sample) => !addSample(samples, sample));
  refuseProblems(file, [
    ...read.brokenLines.map((line) => `line ${line} is no sample`),
    ...misfits.map(({ index }) => misfitText(index, planned)),
  ]);
  return { samples, note: harnessEnded(facts.id, samples) };
}

function harnessEnded(id: string, { count }: Samples): string {
  return `The harness ended while trial ${id} was under way; its ${count} samples are read.`;
}

function refuseProblems(file: string, problems: readonly string[]): void {
  if (problems.length > 0) throw damaged(`${file} holds what no run writes:\n${listed(problems)}`);
}

/** A file of the run folder; undefined when it isn't there. */
async function contentOf(path: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(`${join(path, name)} can't be read: ${(error as Error).message}`);
  }
}

function unsealed(file: string): GauntletError {
  return damaged(
    `${file} is not what it was when the run was recorded: its SHA-256 is not the one in record.json. ` +
      'It was changed or cut off, or is of another run.',
  );
}

/** A tape that is wrong throughout would be as many lines as it has entries. */
const MOST_PROBLEMS = 20;

export function listed(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${problem}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

export function damaged(message: string): GauntletError {
  return new GauntletError('damaged-run', message);
}
