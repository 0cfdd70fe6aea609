import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ON_DEMAND } from '#contract/packages.ts';
import { saveSimulation } from '../sim/saved.ts';
import { resilient } from '../sim/simulated-run.ts';
import { install, pack, root } from './packed.ts';

// The npm package as a user has it: packed, installed into an empty folder, typed there.

/** What may be installed with it at most, its dependencies included. */
const MOST_MEGABYTES = 60;

let folder: string;
let user: string;
let node22: string;
let packed: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-package-'));
  user = join(folder, 'user');
  const made = pack(folder);
  packed = made.files;
  install(user, made.archive);
  install(join(folder, 'node22'), 'node@22');
  node22 = join(folder, 'node22/node_modules/node/bin/node');
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npx gauntlet …` in the user's folder, by this Node. */
function gauntlet(node: string, ...args: string[]) {
  const path = `${dirname(node)}${delimiter}${process.env['PATH']}`;
  const env = { ...process.env, PATH: path, GAUNTLET_CACHE: join(folder, 'cache') };
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'gauntlet', ...args], {
    cwd: user,
    env,
    encoding: 'utf8',
  });
  return { code: status, output: `${stdout}${stderr}` };
}

/** Milliseconds, by node itself; npx takes its own time. */
function helpMs(node: string): number {
  const entry = join(user, 'node_modules/gauntlet/harness/cli/gauntlet.js');
  const env = { ...process.env, GAUNTLET_CACHE: join(folder, 'cache') };
  const started = performance.now();
  execFileSync(node, ['--no-concurrent-recompilation', entry, '--help'], { env });
  return Math.round(performance.now() - started);
}

function filesOf(parent: string): { path: string; changedAt: number }[] {
  return readdirSync(parent, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ path: join(parent, name), stat: statSync(join(parent, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ path, stat }) => ({ path, changedAt: stat.mtimeMs }));
}

const EXPERIMENT = `import { defineExperiment, system } from 'gauntlet';

export default defineExperiment({
  name: 'mine',
  question: 'Does the bare system hold 50 requests a second?',
  pattern: null,
  candidate: system(),
  baselines: {},
  mainBaseline: null,
  load: {
    scenario: 'steady',
    rate: { perSecond: 50 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 1, steady: 2, fault: 0, recovery: 0 },
    loadtest: { steady: 2, trials: 1 },
  },
  faults: {},
  objectives: ['serving/available'],
  claims: [],
});
`;

describe('the archive', () => {
  test('holds JavaScript with its declarations, and neither sources nor tests', () => {
    expect(packed).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'action.yml', 'README.md']));
    expect(packed.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
    expect(packed.filter((path) => /(^|\/)test[-/.]|\.test\.|fixture/.test(path))).toEqual([]);
  });

  test('names nothing of the machine that it was made on', () => {
    for (const { path } of filesOf(join(user, 'node_modules/gauntlet')))
      if (/\.(js|json|d\.ts|md|yml)$/.test(path))
        expect(readFileSync(path, 'utf8'), path).not.toContain(root);
  });

  test(`is installed, with all that it depends on, in ${MOST_MEGABYTES} MB`, () => {
    const megabytes = Number(
      execFileSync('du', ['-sm', join(user, 'node_modules')], { encoding: 'utf8' }).split('\t')[0],
    );
    expect(megabytes).toBeLessThanOrEqual(MOST_MEGABYTES);
  });

  test('brings none of what only the reference system needs', () => {
    const installed = readdirSync(join(user, 'node_modules'));
    for (const name of [...ON_DEMAND, 'node', 'testcontainers', 'echarts'])
      expect(installed).not.toContain(name.split('/')[0]);
  });

  test('gives an experiment in TypeScript its types', () => {
    writeFileSync(join(user, 'right.mts'), EXPERIMENT);
    const ofTarget = `import type { TargetExperiment } from 'gauntlet';\nexport const rate: TargetExperiment['load']['rate'] =`;
    writeFileSync(join(user, 'target.mts'), `${ofTarget} { perSecond: 5 };\n`);
    writeFileSync(join(user, 'no-target.mts'), `${ofTarget} { perMinute: 5 };\n`);
    writeFileSync(join(user, 'wrong.mts'), EXPERIMENT.replace("scenario: 'steady'", 'scenario: 7'));
    const check = (file: string) =>
      spawnSync(
        process.execPath,
        [
          join(root, 'node_modules/typescript/bin/tsc'),
          ...'--noEmit --strict --module nodenext --target es2024 --skipLibCheck --ignoreConfig'.split(' '),
          file,
        ],
        { cwd: user, encoding: 'utf8' },
      ).stdout;
    for (const file of ['right.mts', 'target.mts']) expect(check(file)).toBe('');
    expect(check('no-target.mts')).toContain('perMinute');
    expect(check('wrong.mts')).toMatch(
      /wrong\.mts\(\d+,\d+\): error TS2322: Type 'number' is not assignable/,
    );
  });
});

describe.each([
  ['24', () => process.execPath],
  ['22', () => node22],
] as const)('on Node %s', (major, binary) => {
  test('its help names the commands as they are typed here, and all of them can be', () => {
    const starts = Array.from({ length: 4 }, () => helpMs(binary()));
    console.log(`--help on Node ${major}, the first to compile it: ${starts.join(', ')} ms`);
    const { code, output } = gauntlet(binary(), '--help');
    expect(code, output).toBe(0);
    expect(output).toContain('npx gauntlet <command> [options]');
    const verbs = [...output.matchAll(/^ {2}([a-z]+) \[/gm)].map(([, verb]) => verb!);
    expect(verbs).toEqual(expect.arrayContaining(['loadtest', 'chaos', 'compare', 'gate', 'pin']));
    for (const verb of verbs) {
      const help = gauntlet(binary(), verb, '--help');
      expect(help.code, help.output).toBe(0);
      expect(help.output).not.toContain('npm run');
      expect(help.output).not.toMatch(/npx gauntlet [a-z]+ -- /);
    }
  });

  test('list and doctor say what there is', () => {
    const list = gauntlet(binary(), 'list');
    expect(list.code, list.output).toBe(0);
    expect(list.output).toContain('circuit-breaker');
    const doctor = gauntlet(binary(), 'doctor');
    expect(doctor.output).toContain(`v${major}.`);
    expect(doctor.output).toContain('not installed: onnxruntime-node');
  });

  test('plans an experiment of the user, in JavaScript and in TypeScript, and refuses a wrong one', () => {
    writeFileSync(join(user, 'mine.mjs'), EXPERIMENT);
    writeFileSync(join(user, 'mine.mts'), EXPERIMENT);
    writeFileSync(join(user, 'wrong.mjs'), EXPERIMENT.replace("'serving/available'", "'serving/nope'"));
    for (const file of ['./mine.mjs', './mine.mts']) {
      const { code, output } = gauntlet(binary(), 'loadtest', file, '--dry-run');
      expect(code, output).toBe(0);
      expect(output).toContain('50/s');
    }
    const wrong = gauntlet(binary(), 'loadtest', './wrong.mjs', '--dry-run');
    expect(wrong.code).toBe(64);
    expect(wrong.output).toContain("Unknown objective 'nope'");
  });

  test('without the packages of the reference system it says which to install, and starts nothing', () => {
    const { code, output } = gauntlet(binary(), 'loadtest', 'steady-1000');
    expect(code).toBe(64);
    for (const name of ON_DEMAND) expect(output).toContain(`${name}@^`);
    expect(readdirSync(user)).not.toContain('reports');
  });

  test('the gate judges a run of the folder that it is typed in, and leaves node_modules as they were', async () => {
    const before = filesOf(join(user, 'node_modules'));
    const runs = join(user, 'reports/runs');
    const { id } = await saveSimulation(resilient, { parent: runs, id: '2026-11-21T08-00-00-loadtest' });
    const { code, output } = gauntlet(binary(), 'gate', id, '--out', 'gated');
    expect(output).toContain(`To keep a run as reference: npx gauntlet pin ${id}`);
    expect(code, output).toBe(0);
    expect(readFileSync(join(user, 'gated/report.html'), 'utf8')).toContain('<svg');
    expect(readFileSync(join(user, 'gated/junit.xml'), 'utf8')).toContain('<testsuite ');
    expect(filesOf(join(user, 'node_modules'))).toEqual(before);
    rmSync(join(user, 'reports'), { recursive: true });
  });
});
