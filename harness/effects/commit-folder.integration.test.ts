import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commitFolder, installCommit } from './commit-folder.ts';
import { openRepository } from './git.ts';
import { topologyIn } from './other-system.ts';
import { createProcesses } from './process.ts';

// Real git and real npm, on a package that needs nothing from a registry.

const LOCK = {
  name: 'tiny',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'tiny', version: '1.0.0' } },
};
const TINY = {
  'package.json': JSON.stringify({ name: 'tiny', version: '1.0.0', type: 'module' }),
  'package-lock.json': JSON.stringify(LOCK),
  'sut/topology.ts': 'export const topology: object = { entry: "then" };\n',
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gauntlet-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A repository whose one commit has these files in `under`. */
function repository(files: Record<string, string> = TINY, under = '.') {
  const top = temporaryFolder();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: top,
    }).toString();
  const folder = join(top, under);
  write(folder, files);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'then');
  return { folder, git, commit: git('rev-parse', 'HEAD').trim() };
}

describe('the repository', () => {
  test('names the commit of a ref, and says so where there is none', async () => {
    const { folder, git, commit } = repository();
    git('tag', 'v1');
    const opened = await openRepository(folder);
    expect(await opened.commitOf('v1')).toBe(commit);
    await expect(opened.commitOf('nope')).rejects.toThrow("There is no commit 'nope' in this repository");
    await expect(opened.commitOf('HEAD~1')).rejects.toThrow("There is no commit 'HEAD~1'");
  });

  test('is none outside of one', async () => {
    await expect(openRepository(temporaryFolder())).rejects.toThrow(
      'is in no git repository that can be read',
    );
  });

  test('knows what is changed under given paths, and what is new', async () => {
    const { folder } = repository();
    const opened = await openRepository(folder);
    write(folder, { 'notes.txt': '' });
    expect(await opened.changedFiles(['sut', 'package.json'])).toEqual([]);
    write(folder, { 'sut/topology.ts': 'changed', 'sut/new file.ts': '' });
    const changed = await opened.changedFiles(['sut', 'package.json']);
    expect(changed.sort()).toEqual(['sut/new file.ts', 'sut/topology.ts']);
  });

  test.each(['.', 'tools/gauntlet'])(
    'copies %s as the commit has it, and touches nothing here',
    async (under) => {
      const { folder, git, commit } = repository(TINY, under);
      write(folder, { 'sut/topology.ts': 'now', 'sut/staged.ts': '' });
      git('add', join(folder, 'sut/staged.ts'));
      const before = git('status', '--porcelain');
      const target = join(temporaryFolder(), 'copy');
      const opened = await openRepository(folder);
      await opened.copyTo(commit, target);
      const copied = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      expect(copied.map(({ name }) => name).sort()).toEqual([
        'package-lock.json',
        'package.json',
        'topology.ts',
      ]);
      expect(readFileSync(join(target, 'sut/topology.ts'), 'utf8')).toBe(TINY['sut/topology.ts']);
      expect(git('status', '--porcelain')).toBe(before);
      expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    },
  );
});

describe('a commit that is installed', () => {
  async function install(files: Record<string, string>, cache = temporaryFolder(), ending?: AbortController) {
    const { folder, commit } = repository(files);
    const processes = createProcesses();
    const lines: string[] = [];
    const onProgress = (line: string) => {
      lines.push(line);
      // As soon as npm is running.
      if (line.includes('npm ci')) queueMicrotask(() => ending?.abort(new Error('Ctrl-C')));
    };
    const { signal } = ending ?? new AbortController();
    const options = { repository: await openRepository(folder), processes, onProgress, signal };
    const done = installCommit(cache, commit, options);
    return { cache, commit, lines, processes, options, done };
  }
  const kept = (cache: string) => readdirSync(join(cache, 'against'));

  test('is made once, and its system can be loaded', async () => {
    const { cache, commit, lines, options, done } = await install(TINY);
    await done;
    expect(kept(cache)).toEqual([commit]);
    expect(lines.at(-1)).toContain('npm ci');
    expect(await topologyIn(commitFolder(cache, commit))).toEqual({ entry: 'then' });
    lines.length = 0;
    await installCommit(cache, commit, options);
    expect(lines).toEqual([]);
  });

  test.each([
    ['packages that can not be installed', { 'package-lock.json': '{' }, /^npm ci failed for [0-9a-f]{7}:\n/],
    ['no system', { 'sut/topology.ts': null }, /^[0-9a-f]{7} has no sut\/topology\.ts/],
  ])('with %s leaves nothing that could be taken for it', async (_, change, why) => {
    const files = Object.fromEntries(
      Object.entries({ ...TINY, ...change }).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
    );
    const { cache, done } = await install(files);
    await expect(done).rejects.toThrow(why);
    expect(kept(cache)).toEqual([]);
  });

  test('leaves nothing when it is interrupted, and clears away what a killed run left', async () => {
    const cache = temporaryFolder();
    write(cache, { 'against/0123.part-abcd/sut/topology.ts': '' });
    const { processes, done } = await install(TINY, cache, new AbortController());
    await expect(done).rejects.toThrow('Ctrl-C');
    expect(kept(cache)).toEqual([]);
    expect(processes.living()).toEqual([]);
  });

  test('stays with one other: those that were used last', async () => {
    const cache = temporaryFolder();
    for (const [name, seconds] of [
      ['older', 1_000],
      ['newer', 2_000],
    ] as const) {
      write(cache, { [`against/${name}/package.json`]: '' });
      utimesSync(join(cache, 'against', name), seconds, seconds);
    }
    const { commit, done } = await install(TINY, cache);
    await done;
    expect(kept(cache).sort()).toEqual([commit, 'newer'].sort());
    expect(existsSync(join(cache, 'against/older'))).toBe(false);
  });
});
