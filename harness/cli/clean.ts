import { lstat, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, type ExitCode } from '#contract/exit-codes.ts';
import { readActiveRun } from '#harness/effects/active-run.ts';
import { installedCommits, removeInstalled } from '#harness/effects/installed-commits.ts';
import { gibibytes, plural } from '#reports/format.ts';
import { cacheDir } from './cache-dir.ts';
import { refreshRunsIndex } from './runs-index.ts';
import { runIds, runsFolder } from './saved-run.ts';

interface CleanOptions {
  keep: number;
  dryRun: boolean;
  commits: boolean;
  out?: string;
}

/** `clean`: old run folders, on request other commits' installs, and nothing else. */
export async function runClean({ keep, dryRun, commits, out }: CleanOptions): Promise<ExitCode> {
  const folder = resolve(out ?? runsFolder);
  const active = readActiveRun(cacheDir)?.runFolder;
  const ids = await runIds(folder);
  const old = tooOld(ids, keep).filter((id) => join(folder, id) !== active);
  for (const id of old) {
    if (!dryRun) await removeRun(join(folder, id));
    process.stdout.write(`${dryRun ? 'would remove' : 'removed'} ${join(folder, id)}\n`);
  }
  if (!dryRun) {
    await removeDeadLatest(folder);
    await refreshRunsIndex(folder, { line: (text) => void process.stdout.write(`${text}\n`) });
  }
  const left = ids.length - old.length;
  process.stdout.write(
    `${old.length} of ${ids.length} runs ${dryRun ? 'would go' : 'removed'}, ${left} stay.\n`,
  );
  await cleanCommits(commits, dryRun, active !== undefined);
  return EXIT.pass;
}

/** Of ids in order of age, oldest first, those that don't belong to the newest `keep`. */
export function tooOld(ids: readonly string[], keep: number): string[] {
  return ids.slice(0, Math.max(0, ids.length - keep));
}

/** They cost a registry and twenty seconds to have again, so nobody loses them by keeping ten runs. */
async function cleanCommits(asked: boolean, dryRun: boolean, isActive: boolean): Promise<void> {
  const installed = await installedCommits(cacheDir);
  if (installed.length === 0) return;
  const all = `${plural(installed.length, 'commit')} that --against installed`;
  const size = gibibytes(installed.reduce((sum, { bytes }) => sum + bytes, 0));
  if (!asked)
    process.stdout.write(
      `${all} stay${installed.length === 1 ? 's' : ''}, ${size}; --commits removes them too.\n`,
    );
  else if (isActive) process.stdout.write(`${all} stay, since a run is active that may use them.\n`);
  else {
    if (!dryRun) for (const one of installed) await removeInstalled(one);
    process.stdout.write(`${all} ${dryRun ? `would go, ${size}` : `removed, ${size} freed`}.\n`);
  }
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
