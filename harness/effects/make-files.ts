import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GauntletError } from '#contract/errors.ts';

/** Makes new files and may replace one, or leaves everything as it was. A file that is there already is an error. */
export async function makeFiles(
  made: Record<string, string>,
  replaced?: { path: string; text: string },
): Promise<void> {
  const ours: string[] = [];
  try {
    for (const [path, text] of Object.entries(made)) {
      const newFolder = await mkdir(dirname(path), { recursive: true });
      if (newFolder !== undefined) ours.push(newFolder);
      await using file = await open(path, 'wx');
      ours.push(path);
      await file.writeFile(text);
    }
    if (!replaced) return;
    const part = `${replaced.path}.part`;
    ours.push(part);
    await writeFile(part, replaced.text);
    await rename(part, replaced.path);
  } catch (error) {
    for (const path of ours.toReversed()) await rm(path, { recursive: true, force: true });
    throw new GauntletError('not-made', `Nothing was made: ${(error as Error).message}`);
  }
}
