import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { Repository } from './git.ts';
import { TOPOLOGY_FILE } from './other-system.ts';
import { lastLines, type Processes } from './process.ts';

/** So many commits stay installed, those that were used last; each takes 600 MB. */
const KEPT = 2;
const LOG_LINES = 8;
const NPM_GRACE_MS = 2_000;
/** It takes twenty seconds where the registry answers; one that stalls must not hang the run. */
const NPM_LIMIT_MS = 10 * 60_000;

export interface InstallOptions {
  repository: Repository;
  processes: Processes;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

/** Where a commit's files lie once they are installed. */
export function commitFolder(cacheDir: string, commit: string): string {
  return join(commitsFolder(cacheDir), commit);
}

/** Where all of them lie. */
export function commitsFolder(cacheDir: string): string {
  return join(cacheDir, 'against');
}

/**
 * Makes a commit's folder with its own dependencies, or uses the one that is there. It is made beside its place and
 * moved there whole, so that one that was left half-made is never used.
 */
export async function installCommit(
  cacheDir: string,
  commit: string,
  options: InstallOptions,
): Promise<void> {
  const folder = commitFolder(cacheDir, commit);
  const parent = commitsFolder(cacheDir);
  if (await exists(folder)) {
    await utimes(folder, new Date(), new Date());
    return;
  }
  // One run at a time: whatever is half-made here is a dead run's.
  await removeHalfMade(parent);
  const part = `${folder}.part-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(part, { recursive: true });
    options.onProgress(`getting the files of ${commit.slice(0, 7)} from git`);
    await options.repository.copyTo(commit, part);
    if (!(await exists(join(part, TOPOLOGY_FILE))))
      throw new GauntletError(
        'bad-commit',
        `${commit.slice(0, 7)} has no ${TOPOLOGY_FILE}, so its system can't be started.`,
      );
    await installPackages(part, commit, options);
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  await removeOldest(parent);
}

async function installPackages(folder: string, commit: string, options: InstallOptions): Promise<void> {
  const { processes, signal, onProgress } = options;
  signal.throwIfAborted();
  onProgress(`installing the packages of ${commit.slice(0, 7)}, once: npm ci`);
  const logFile = join(folder, 'npm-ci.log');
  const child = processes.start({
    name: 'npm ci',
    command: 'npm',
    args: ['ci', '--omit=dev', '--no-audit', '--no-fund'],
    cwd: folder,
    env: withoutOurs(process.env),
    logFile,
  });
  const stop = () => void child.stop({ graceMs: NPM_GRACE_MS });
  const limit = AbortSignal.timeout(NPM_LIMIT_MS);
  const ending = AbortSignal.any([signal, limit]);
  ending.addEventListener('abort', stop, { once: true });
  const { code, error } = await child.exited;
  ending.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code === 0) return;
  const late = limit.aborted ? `not done after ${NPM_LIMIT_MS / 60_000} minutes` : null;
  const why = late ?? error ?? (await lastLines(logFile, LOG_LINES)).join('\n  ');
  throw new GauntletError('bad-commit', `npm ci failed for ${commit.slice(0, 7)}:\n  ${why}`);
}

/** npm tells its children which package they belong to, and a nested npm would believe it. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^npm_(package_|lifecycle_|command$|config_local_prefix$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

async function removeHalfMade(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (name.includes('.part-')) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function removeOldest(parent: string): Promise<void> {
  const folders = (await namesIn(parent)).map((name) => join(parent, name));
  const ages = await Promise.all(
    folders.map(async (folder) => ({ folder, usedAt: (await stat(folder)).mtimeMs })),
  );
  ages.sort((a, b) => b.usedAt - a.usedAt);
  for (const { folder } of ages.slice(KEPT)) await rm(folder, { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
