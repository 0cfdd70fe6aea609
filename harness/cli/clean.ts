import { lstat, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { GauntletError } from '#contract/errors.ts';
import { EXIT } from '#contract/exit-codes.ts';
import { readActiveRun } from '#harness/effects/active-run.ts';
import { cacheDir } from './cache-dir.ts';
import { wholeNumber } from './options.ts';
import { runIds, runsFolder } from './saved-run.ts';
import type { Verb } from './verb.ts';

interface CleanOptions {
  keep: number;
  dryRun: boolean;
  out?: string;
}

/** `clean`: old run folders, and nothing that isn't one. */
export const clean: Verb = {
  summary: 'removes old run folders and keeps the newest',
  examples: ['npm run clean -- --keep 10 --dry-run', 'npm run clean -- --keep 10'],
  configure: (command: Command) =>
    command
      .requiredOption('--keep <n>', 'how many of the newest runs stay', wholeNumber(0, 1_000_000))
      .option('--dry-run', 'say what would be removed and remove nothing', false)
      .option('--out <dir>', 'folder that holds the run folders, as it was given to the runs'),
  run: async ({ keep, dryRun, out }: CleanOptions) => {
    const folder = resolve(out ?? runsFolder);
    const active = readActiveRun(cacheDir)?.runFolder;
    const ids = await runIds(folder);
    const old = tooOld(ids, keep).filter((id) => join(folder, id) !== active);
    for (const id of old) {
      if (!dryRun) await removeRun(join(folder, id));
      process.stdout.write(`${dryRun ? 'would remove' : 'removed'} ${join(folder, id)}\n`);
    }
    if (!dryRun) await removeDeadLatest(folder);
    const left = ids.length - old.length;
    process.stdout.write(
      `${old.length} of ${ids.length} runs ${dryRun ? 'would go' : 'removed'}, ${left} stay.\n`,
    );
    return EXIT.pass;
  },
};

/** Of ids in order of age, oldest first, those that don't belong to the newest `keep`. */
export function tooOld(ids: readonly string[], keep: number): string[] {
  return ids.slice(0, Math.max(0, ids.length - keep));
}

async function removeRun(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    throw new GauntletError('run-folder', `${path} can't be removed: ${(error as Error).message}`);
  }
}

/** `latest` is ours, and leads nowhere once its run is gone. */
async function removeDeadLatest(folder: string): Promise<void> {
  const latest = join(folder, 'latest');
  const link = await lstat(latest).catch(() => null);
  const target = await stat(latest).catch(() => null);
  if (link?.isSymbolicLink() && target === null) await rm(latest);
}
