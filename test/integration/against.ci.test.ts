import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { readRunFile, readVerdict, runGauntlet } from './gauntlet.ts';

// `compare --against` in a repository of its own: this project's files, committed once unchanged and once slowed down.

const root = fileURLToPath(new URL('../../', import.meta.url));
const NOT_COPIED = /^(node_modules|\.git|reports\/runs)(\/|$)/;
/** What a run of its own makes; all else of the cache is the same for everybody. */
const OF_A_RUN = ['against', 'calibration', 'active-run.json'];
const SERVER = 'sut/gateway/server.ts';
const UNCHANGED = '    return inferredOf(await predict(';
const BUSY_FOR_5_MS = `    for (const until = performance.now() + 5; performance.now() < until; );\n${UNCHANGED}`;

let project: string;
let cache: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: project,
  }).toString();

function commit(message: string): string {
  git('add', '.');
  git('commit', '--quiet', '-m', message);
  return git('rev-parse', 'HEAD').trim();
}

function compareAgainst(ref: string) {
  const args = ['compare', './test/fixtures/experiments/four-seconds.ts', '--against', ref];
  return runGauntlet(args, { project, env: { GAUNTLET_CACHE: cache } });
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'gauntlet-project-'));
  cache = mkdtempSync(join(tmpdir(), 'gauntlet-cache-'));
  cpSync(root, project, { recursive: true, filter: (from) => !NOT_COPIED.test(relative(root, from)) });
  const cached = existsSync(cacheDir) ? readdirSync(cacheDir) : [];
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  for (const name of cached.filter((one) => !OF_A_RUN.includes(one)))
    symlinkSync(join(cacheDir, name), join(cache, name));
  git('init', '--quiet');
  // A link is no folder, so .gitignore does not mean it.
  writeFileSync(join(project, '.git/info/exclude'), 'node_modules\n');
  commit('unchanged');
});

afterAll(() => {
  for (const folder of [project, cache]) rmSync(folder, { recursive: true, force: true });
});

test('against its own commit nothing has become worse', async () => {
  const run = await compareAgainst('HEAD');
  const [judged] = readVerdict(run.out).experiments;
  expect(
    judged!.regressions.map(({ outcome }) => outcome),
    run.output(),
  ).toEqual(['pass', 'pass', 'pass', 'pass']);
  expect(run.code, run.output()).toBe(0);
  expect(run.processes()).toEqual([]);
});

test('a gateway that works 5 ms longer at each request is a regression, once that is committed', async () => {
  const file = join(project, SERVER);
  const before = readFileSync(file, 'utf8');
  expect(before.split(UNCHANGED)).toHaveLength(2);
  const unchanged = git('rev-parse', 'HEAD').trim();
  writeFileSync(file, before.replace(UNCHANGED, BUSY_FOR_5_MS));

  const dirty = await compareAgainst('HEAD');
  expect(dirty.code, dirty.output()).toBe(64);
  expect(dirty.output()).toContain(`${SERVER} differs from the last commit`);
  const unknown = await compareAgainst('nope');
  expect(unknown.code, unknown.output()).toBe(64);

  const slowed = commit('slowed down');
  const run = await compareAgainst('HEAD~1');
  expect(run.code, run.output()).toBe(3);
  const [judged] = readVerdict(run.out).experiments;
  const worse = judged!.regressions.filter(({ outcome }) => outcome === 'regression');
  expect(
    worse.map(({ metric }) => metric),
    run.output(),
  ).toContain('steady-median-service-ms');
  const { experiments } = JSON.parse(readRunFile(run.out, 'plan.json'));
  expect(experiments[0].against).toMatchObject({ ref: 'HEAD~1', commit: unchanged, candidateCommit: slowed });
  // It was installed by the test before.
  expect(run.output()).not.toContain('npm ci');
});
