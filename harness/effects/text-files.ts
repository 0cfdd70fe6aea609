import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';

/** The files of a folder that end so, by name. */
export async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => join(folder, name));
}

/** The text of a file that the user named; `what` it is meant to be goes into the sentence when it can't be read. */
export async function readTextFile(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new GauntletError(
      'no-such-file',
      code === 'ENOENT' ? `There is no ${what} ${path}.` : `${path} can't be read: ${message}`,
    );
  }
}
