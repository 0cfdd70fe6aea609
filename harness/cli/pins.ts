import { join, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { type Pin, PinSchema } from '#contract/pin.ts';
import { keepFile, readKept } from '#harness/effects/kept-file.ts';

/** Where pins are kept when nothing else is said; they are committed. */
export const pinsFolder = resolve('reports/pins');

/** A pin belongs to one experiment as one command plays it. */
export function pinFile(folder: string, command: string, experiment: string): string {
  return join(folder, `${command}-${experiment}.json`);
}

/** Null where there is none; one that can't be used is an error, lest a gate passes for want of it. */
export async function readPin(folder: string, command: string, experiment: string): Promise<Pin | null> {
  const file = pinFile(folder, command, experiment);
  const kept = await readKept(file, PinSchema);
  if (kept && 'problem' in kept)
    throw new GauntletError('damaged-pin', `The pin ${file} ${kept.problem}\nPin a run anew.`);
  return kept?.value ?? null;
}

/** Resolves to the file. */
export async function writePin(folder: string, pin: Pin): Promise<string> {
  const file = pinFile(folder, pin.command, pin.experiment);
  try {
    await keepFile(file, pin);
  } catch (error) {
    throw new GauntletError('run-folder', `${file} can't be written: ${(error as Error).message}`);
  }
  return file;
}
