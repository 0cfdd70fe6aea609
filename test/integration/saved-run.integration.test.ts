import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fragile, resilient, saveSimulation } from '../sim/saved.ts';
import { runGauntlet } from './gauntlet.ts';

// What works on a saved run, through the command line; the runs are simulated and saved as a real one is.

const REPORTS = [
  'journal.json',
  'junit.xml',
  'report.html',
  'report.md',
  'response-times.hlog',
  'timeline-short-breaker.svg',
  'verdict.json',
];

const command = (...args: string[]) => runGauntlet(args, { out: false });

describe('judge', () => {
  test.each([
    ['passed', resilient, undefined, 0],
    ['failed', fragile, undefined, 1],
    ['was ended by SIGTERM', resilient, { atMs: 11_000, signal: 'SIGTERM' as const }, 143],
  ])('exits as the run that %s did, and changes nothing', async (_, system, interrupt, code) => {
    const { path } = await saveSimulation(system, interrupt ? { interrupt } : {});
    const before = readdirSync(path);
    const run = await command('judge', path);
    expect(run.code, run.output()).toBe(code);
    expect(run.output().trimEnd().split('\n').at(-1)).toBe(`${path}/report.html`);
    expect(readdirSync(path)).toEqual(before);
  });

  test('--json prints the verdict that the run was given', async () => {
    const { path, verdict } = await saveSimulation(resilient);
    const run = await command('judge', path, '--json');
    expect(run.output()).toContain(`${JSON.stringify(verdict)}\n`);
  });

  test('with another OpenSLO file it gives the other verdict, and a broken file is said with its line', async () => {
    const { path } = await saveSimulation(fragile);
    expect((await command('judge', path)).code).toBe(1);
    // It loses its answers in the fault, which the other file doesn't ask about; what it asks is easily kept.
    const lax = join(path, 'lax.yaml');
    const serving = readFileSync('slo/objectives/serving.yaml', 'utf8');
    writeFileSync(lax, serving.replaceAll(/target: 0\.9\d*/g, 'target: 0.5'));
    const other = await command('judge', path, '--slo', lax);
    expect(other.code, other.output()).toBe(0);
    const broken = join(path, 'broken.yaml');
    const text = readFileSync('slo/objectives/resilience.yaml', 'utf8');
    writeFileSync(broken, text.replace('target: 0.93', 'target: 1.5'));
    const refused = await command('judge', path, '--slo', broken);
    expect(refused.code).toBe(64);
    expect(refused.output()).toMatch(/broken\.yaml:\d+:\d+: /);
  });

  test('damage is a sentence and exit 64', async () => {
    const { path } = await saveSimulation(resilient);
    writeFileSync(join(path, 'record.json'), '{"schemaVersion": 1, ');
    const run = await command('judge', path);
    expect(run.code).toBe(64);
    expect(run.output()).toContain('record.json is not JSON');
    expect(run.output()).not.toContain('    at ');
  });

  test('a run that is not there is a sentence and exit 64', async () => {
    const run = await command('judge', 'nope');
    expect(run.code).toBe(64);
    expect(run.output()).toContain("There is no run 'nope'");
  });
});

describe('report', () => {
  test('renders everything again, twice to the same bytes, and leaves the verdict as it was', async () => {
    const { path } = await saveSimulation(resilient);
    const verdict = readFileSync(join(path, 'verdict.json'), 'utf8');
    const contents = () => REPORTS.map((name) => readFileSync(join(path, name), 'utf8'));
    expect((await command('report', path)).code).toBe(0);
    const first = contents();
    expect((await command('report', path)).code).toBe(0);
    expect(contents()).toEqual(first);
    expect(readFileSync(join(path, 'verdict.json'), 'utf8')).toBe(verdict);
  });

  test('goes to --out, and judges anew where the verdict is missing', async () => {
    const { parent, path, verdict } = await saveSimulation(fragile);
    rmSync(join(path, 'verdict.json'));
    const out = join(parent, 'elsewhere', 'deep');
    const run = await runGauntlet(['report', path, '--out', out], { out: false });
    expect(run.code, run.output()).toBe(0);
    expect(run.output()).toContain('the run is judged anew');
    expect(readdirSync(out)).toEqual(REPORTS);
    expect(JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8'))).toEqual(verdict);
    expect(existsSync(join(path, 'report.html'))).toBe(false);
  });
});

test('diff shows two runs side by side, with what was different about them on top', async () => {
  const [a, b] = [await saveSimulation(resilient), await saveSimulation(fragile, { seed: 2 })];
  const run = await command('diff', a.path, b.path);
  expect(run.code, run.output()).toBe(0);
  expect(run.output()).toMatch(/They were not played alike[^\n]*\n +seed +1 +\| +2/);
  expect(run.output()).toMatch(/correct-in-time-in-fault .* points/);
});

describe('clean', () => {
  const IDS = ['2026-11-21T06-00-00-chaos', '2026-11-21T07-00-00-loadtest', '2026-11-21T08-00-00-chaos'];

  async function manyRuns() {
    const { parent, path } = await saveSimulation(resilient, { id: IDS[2]! });
    for (const id of IDS.slice(0, 2)) cpSync(path, join(parent, id), { recursive: true });
    mkdirSync(join(parent, 'mine'));
    writeFileSync(join(parent, '2026-11-21T05-00-00-chaos'), 'a file that is named like a run');
    symlinkSync(join(parent, 'mine'), join(parent, '2026-11-21T04-00-00-chaos'));
    return parent;
  }
  const OTHERS = ['2026-11-21T04-00-00-chaos', '2026-11-21T05-00-00-chaos'];

  test('removes the oldest runs, says which, and touches nothing else', async () => {
    const parent = await manyRuns();
    const run = await command('clean', '--keep', '1', '--out', parent);
    expect(run.code, run.output()).toBe(0);
    expect(readdirSync(parent).sort()).toEqual([...OTHERS, IDS[2]!, 'latest', 'mine']);
    for (const id of IDS.slice(0, 2)) expect(run.output()).toContain(`removed ${join(parent, id)}`);
    expect(run.output()).toContain('2 of 3 runs removed, 1 stay');
  });

  test('--dry-run removes nothing; --keep 0 takes `latest` along', async () => {
    const parent = await manyRuns();
    const dry = await command('clean', '--keep', '0', '--dry-run', '--out', parent);
    expect(dry.output()).toContain(`would remove ${join(parent, IDS[0]!)}`);
    expect(readdirSync(parent)).toHaveLength(7);
    await command('clean', '--keep', '0', '--out', parent);
    expect(readdirSync(parent).sort()).toEqual([...OTHERS, 'mine']);
  });

  test('leaves a run alone that is being played', async () => {
    const parent = await manyRuns();
    const active = { runFolder: join(parent, IDS[0]!) };
    writeFileSync(join(parent, 'mine', 'active-run.json'), JSON.stringify(active));
    const env = { GAUNTLET_CACHE: join(parent, 'mine') };
    const run = await runGauntlet(['clean', '--keep', '1', '--out', parent], { out: false, env });
    expect(run.output()).toContain('1 of 3 runs removed, 2 stay');
    expect(existsSync(active.runFolder)).toBe(true);
  });

  test('names the commits that --against installed, and removes them on request unless a run is active', async () => {
    const parent = await manyRuns();
    const cache = join(parent, 'mine');
    const commits = ['0123456789', 'abcdef0123.part-1a2b'].map((name) => join(cache, 'against', name));
    for (const folder of commits) {
      mkdirSync(join(folder, 'node_modules'), { recursive: true });
      writeFileSync(join(folder, 'node_modules', 'large'), Buffer.alloc(2 ** 24));
    }
    const cleanNow = (...args: string[]) =>
      runGauntlet(['clean', '--keep', '9', '--out', parent, ...args], {
        out: false,
        env: { GAUNTLET_CACHE: cache },
      });
    expect((await cleanNow()).output()).toContain(
      '2 commits that --against installed stay, 0.0313 GiB; --commits removes them too.',
    );
    expect((await cleanNow('--commits', '--dry-run')).output()).toContain('would go, 0.0313 GiB.');
    writeFileSync(join(cache, 'active-run.json'), JSON.stringify({ runFolder: join(parent, IDS[0]!) }));
    expect((await cleanNow('--commits')).output()).toContain('stay, since a run is active');
    expect(readdirSync(join(cache, 'against'))).toHaveLength(2);
    rmSync(join(cache, 'active-run.json'));
    expect((await cleanNow('--commits')).output()).toContain(
      '2 commits that --against installed removed, 0.0313 GiB freed.',
    );
    expect(readdirSync(join(cache, 'against'))).toEqual([]);
  });

  test.each([[['clean']], [['clean', '--keep', 'all']], [['clean', '--keep', '-1']]])(
    '%s is a usage error and removes nothing',
    async (args) => {
      const parent = await manyRuns();
      const run = await command(...args, '--out', parent);
      expect(run.code).toBe(64);
      expect(readdirSync(parent)).toHaveLength(7);
    },
  );
});

describe('doctor', () => {
  test('says of each thing whether it is here', async () => {
    const run = await command('doctor');
    const names = ['node', 'k6', 'toxiproxy', 'go', 'taskset', 'cores', 'memory', 'ports', 'load'];
    for (const name of names) expect(run.output()).toMatch(new RegExp(`^(ok|missing) +${name} `, 'm'));
    expect(run.code, run.output()).toBe(0);
  });

  test('exits 64 where tools can neither be found nor downloaded nor built, and makes nothing', async () => {
    const { parent } = await saveSimulation(resilient);
    const empty = join(parent, 'empty');
    mkdirSync(empty);
    const env = { PATH: empty, GAUNTLET_CACHE: empty, GAUNTLET_MIRROR: 'off' };
    const run = await runGauntlet(['doctor'], { out: false, env });
    expect(run.code, run.output()).toBe(64);
    expect(run.output()).toMatch(/^missing +k6 .*\n +install Go/m);
    // Compiled code is kept anywhere that Gauntlet starts.
    expect(readdirSync(empty)).not.toContain('tools');
  });
});

test('--help explains a verb with examples, and is no failure', async () => {
  const run = await command('judge', '--help');
  expect(run.code).toBe(0);
  expect(run.output()).toMatch(/Examples:\n +npm run judge/);
});
