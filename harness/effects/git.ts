import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 16 * 2 ** 20;

/** The git repository that a folder belongs to; nothing here writes into it. */
export interface Repository {
  /** Full id of the commit that a branch, tag, or id names. */
  commitOf(ref: string): Promise<string>;
  /** Files under these paths that differ from the last commit, or are in none. */
  changedFiles(paths: readonly string[]): Promise<string[]>;
  /** Writes the folder, as a commit has it, to another place. */
  copyTo(commit: string, target: string): Promise<void>;
}

export async function openRepository(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Repository> {
  const git = (args: readonly string[]) => runGit(folder, args, env);
  const found = await git(['rev-parse', '--show-toplevel', '--show-prefix']);
  if ('why' in found)
    throw new GauntletError('bad-commit', `${folder} is in no git repository that can be read: ${found.why}`);
  // The prefix is not empty where the project lies in a folder of a larger repository.
  const [top, prefix] = found.output.split('\n').map((line) => line.replace(/\/$/, '')) as [string, string];
  return {
    async commitOf(ref) {
      const found = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
      if ('why' in found)
        throw new GauntletError(
          'bad-commit',
          `There is no commit '${ref}' in this repository; a branch, tag or id is right.`,
        );
      return found.output.trim();
    },
    async changedFiles(paths) {
      const status = await git(['status', '--porcelain', '-z', '--no-renames', '--', ...paths]);
      if ('why' in status)
        throw new GauntletError('bad-commit', `git can't say what is changed here: ${status.why}`);
      // Each entry is two letters, a space, and the path.
      return status.output.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]));
    },
    async copyTo(commit, target) {
      await mkdir(target, { recursive: true });
      // An index of its own, so that the user's stays as it is.
      const index = { GIT_INDEX_FILE: join(target, '.index') };
      const tree = prefix === '' ? commit : `${commit}:${prefix}`;
      for (const args of [
        ['read-tree', tree],
        ['checkout-index', '--all', '--force', `--prefix=${target}/`],
      ]) {
        const done = await runGit(top, args, { ...env, ...index });
        if ('why' in done)
          throw new GauntletError('bad-commit', `The files of ${tree} can't be had from git: ${done.why}`);
      }
      await rm(index.GIT_INDEX_FILE, { force: true });
    },
  };
}

function runGit(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ output: string } | { why: string }> {
  const options = {
    cwd,
    // Without it `status` would refresh the user's index.
    env: { ...env, GIT_OPTIONAL_LOCKS: '0' },
    timeout: TIMEOUT_MS,
    maxBuffer: MOST_OUTPUT_BYTES,
  };
  return new Promise((resolve, reject) => {
    execFile('git', [...args], options, (error, stdout, stderr) => {
      if (!error) resolve({ output: stdout });
      else if (error.code === 'ENOENT')
        reject(new GauntletError('bad-commit', '--against needs git, and it is not on PATH.'));
      else resolve({ why: stderr.trim().split('\n')[0] || error.message });
    });
  });
}
