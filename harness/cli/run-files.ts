import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { GauntletError } from '#contract/errors.ts';
import type { Tape } from '#contract/plan.ts';
import type { SavedRecord, Seal, TrialFacts } from '#contract/record.ts';
import { readSamples, type Sample, sampleHeader } from '#contract/sample.ts';
import { problemsOf } from '#contract/validate.ts';
import { digestOf, recordDigest } from '#harness/effects/seal.ts';
import { sampleProblems } from './contradictions.ts';

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

/** The samples of a trial; none where the load never started. `note` is a sentence about what is cut off in them. */
export async function readSamplesFile(
  path: string,
  { id, t0, ended, samplesFile }: TrialFacts,
  tape: Tape,
  seal: Seal,
): Promise<{ samples: Sample[]; note: string | null }> {
  // A record from elsewhere must not make us read files from elsewhere.
  if (relative(path, resolve(path, samplesFile)).startsWith('..'))
    throw damaged(`record.json in ${path} says that the samples of ${id} lie outside: ${samplesFile}`);
  const file = join(path, samplesFile);
  const content = await contentOf(path, samplesFile);
  if (content === undefined) {
    if (t0 === null) return { samples: [], note: null };
    throw damaged(`${file} is missing, although the load of trial ${id} was played.`);
  }
  const digest = Object.hasOwn(seal.samples, samplesFile) ? seal.samples[samplesFile] : undefined;
  if (digest === undefined && ended === 'interrupted') {
    const { samples } = parsedSamples(content.toString('utf8'), file, tape);
    return {
      samples,
      note: `The harness ended while trial ${id} was under way; its ${samples.length} samples are read.`,
    };
  }
  if (digestOf(content) !== digest) throw unsealed(file);
  return parsedSamples(content.toString('utf8'), file, tape);
}

function parsedSamples(text: string, file: string, tape: Tape) {
  const header = sampleHeader();
  if (!text.startsWith(header) && !header.startsWith(text))
    throw damaged(`${file} holds no samples: its first line is not ${header.trimEnd()}`);
  const { samples, brokenLines } = readSamples(text);
  const problems = [
    ...brokenLines.map((line) => `line ${line} is no sample`),
    ...sampleProblems(samples, tape),
  ];
  if (problems.length > 0) throw damaged(`${file} holds what no run writes:\n${listed(problems)}`);
  const isWhole = text === '' || text.endsWith('\n');
  return { samples, note: isWhole ? null : `${file} ends within a line; what stands before it is read.` };
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
