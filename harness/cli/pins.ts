import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GauntletError } from '#contract/errors.ts';
import { type Pin, PinSchema } from '#contract/pin.ts';
import { problemsOf } from '#contract/validate.ts';

/** Where pins are kept when nothing else is said; they are committed. */
export const pinsFolder = fileURLToPath(new URL('../../reports/pins', import.meta.url));

export const PINS_OPTION = ['--pins <dir>', 'folder of the pins (default: reports/pins)'] as const;

/** A pin belongs to one experiment as one command plays it. */
export function pinFile(folder: string, command: string, experiment: string): string {
  return join(folder, `${command}-${experiment}.json`);
}

/** Null where there is none; one that can't be read is an error, lest a gate passes for want of it. */
export async function readPin(folder: string, command: string, experiment: string): Promise<Pin | null> {
  const file = pinFile(folder, command, experiment);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new GauntletError('damaged-pin', `The pin ${file} can't be read: ${(error as Error).message}`);
  }
  const problems = problemsOf(PinSchema, value);
  if (problems.length > 0)
    throw new GauntletError(
      'damaged-pin',
      `The pin ${file} has not the shape that it should have:\n  ${problems.join('\n  ')}\nPin a run anew.`,
    );
  return value as Pin;
}

/** Resolves to the file. */
export async function writePin(folder: string, pin: Pin): Promise<string> {
  const file = pinFile(folder, pin.command, pin.experiment);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.part`, `${JSON.stringify(pin, null, 1)}\n`);
    await rename(`${file}.part`, file);
  } catch (error) {
    throw new GauntletError('run-folder', `${file} can't be written: ${(error as Error).message}`);
  }
  return file;
}
