import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitsFolder } from './commit-folder.ts';

/** A commit that `compare --against` installed, or left half-made. */
export interface InstalledCommit {
  /** Its seven digits. */
  commit: string;
  folder: string;
  bytes: number;
}

export async function installedCommits(cacheDir: string): Promise<InstalledCommit[]> {
  const parent = commitsFolder(cacheDir);
  const names = await readdir(parent).catch(() => []);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const folder = join(parent, name);
      return { commit: name.slice(0, 7), folder, bytes: await sizeOf(folder) };
    }),
  );
}

/** It is installed again when it is needed. */
export async function removeInstalled({ folder }: InstalledCommit): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Of all files beneath; what goes meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile())
      bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
