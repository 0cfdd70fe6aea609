import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { problemsOf } from '#contract/validate.ts';
import { digestOf } from './seal.ts';

/** What a file that was kept holds, or why that can't be used, as the end of a sentence; null where there is none. */
export type Kept<T> = { value: T } | { problem: string } | null;

/** Keeps a value with a seal, so that damage is no verdict. It is made beside its place and moved there whole. */
export async function keepFile(file: string, value: object): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(part, `${JSON.stringify({ ...value, seal: sealOf(value) }, null, 1)}\n`);
  await rename(part, file);
}

export async function readKept<S extends TSchema>(file: string, schema: S): Promise<Kept<Static<S>>> {
  let found: unknown;
  try {
    found = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { problem: `can't be read: ${(error as Error).message}` };
  }
  const problems = problemsOf(schema, found);
  if (problems.length > 0)
    return { problem: `has not the shape that it should have:\n  ${problems.join('\n  ')}` };
  const { seal, ...value } = found as Record<string, unknown>;
  if (seal !== sealOf(value)) return { problem: 'is not as it was written: its seal does not fit.' };
  return { value: value as Static<S> };
}

/** Whatever the layout of the file. */
function sealOf(value: object): string {
  return digestOf(JSON.stringify(value));
}
