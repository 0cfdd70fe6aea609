import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { preparePython } from './python.ts';

const { signal } = new AbortController();
let cacheDir: string;
let requirements: string;
let progress: string[];

beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'gauntlet-python-'));
  requirements = join(cacheDir, 'requirements.txt');
  // Names nothing, so that nothing is fetched.
  writeFileSync(requirements, '# nothing\n');
  progress = [];
});

afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

const prepare = (env?: NodeJS.ProcessEnv) =>
  preparePython({
    requirements,
    cacheDir,
    onProgress: (line) => void progress.push(line),
    signal,
    ...(env ? { env } : {}),
  });

test('where there is no Python, one line says what is wanted', async () => {
  expect(await prepare({ PATH: '' })).toEqual({
    missing: 'no Python 3.11 or newer with venv and pip on PATH',
  });
});

const hasVenv = spawnSync('python3', ['-c', 'import ensurepip, sys; assert sys.version_info >= (3, 11)']);
if (hasVenv.status !== 0) console.warn('skipped: no Python 3.11 or newer with venv and pip on PATH');

test.skipIf(hasVenv.status !== 0 && !process.env['CI'])(
  'an environment is made once, and found the next time',
  async () => {
    const made = await prepare();
    if ('missing' in made) throw new Error(made.missing);
    expect(
      spawnSync(made.python, ['-c', 'import sys; print(sys.prefix)'], { encoding: 'utf8' }).stdout,
    ).toContain(cacheDir);
    expect(progress).toHaveLength(2);

    expect(await prepare()).toEqual(made);
    expect(progress).toHaveLength(2);
  },
);

test.skipIf(hasVenv.status !== 0 && !process.env['CI'])(
  'packages that can not be had are told in one line',
  async () => {
    writeFileSync(requirements, './there-is-no-such-folder\n');
    const { missing } = (await prepare()) as { missing: string };
    expect(missing).toMatch(/^python3 could not make its environment: .*there-is-no-such-folder/);
  },
);
