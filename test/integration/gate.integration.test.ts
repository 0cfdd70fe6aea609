import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '#contract/fingerprint.ts';
import type { Pin } from '#contract/pin.ts';
import type { Verdict } from '#contract/verdict.ts';
import { keepCalibration } from '#harness/effects/calibration-cache.ts';
import { keepFile } from '#harness/effects/kept-file.ts';
import fourSeconds from '../fixtures/experiments/four-seconds.ts';
import { GOOD, machine, type SimulatedSystem } from '../sim/effects.ts';
import { saveSimulation, temporaryFolder } from '../sim/saved.ts';
import { runGauntlet } from './gauntlet.ts';

// `pin` and `gate` through the command line, on runs that are simulated and saved as real ones are.

const PIN = 'loadtest-four-seconds.json';

/** Answers in about 4 ms, so many times slower. */
const server = (slower: number): SimulatedSystem => ({
  answer: (index, _, __, { trialId }) => ({
    ...GOOD,
    index,
    serviceMs: (3 + (index % 20) / 10) * slower * (trialId.includes('/2-') ? 1.01 : 1),
  }),
});
const broken: SimulatedSystem = { answer: (index) => ({ ...GOOD, index, faithful: false }) };

function saveRun(parent: string, id: string, system: SimulatedSystem, pairs = 3) {
  const request = { command: 'loadtest', experiments: [fourSeconds], pairs } as const;
  return saveSimulation(system, { parent, id, request });
}

/** A folder with a run that passed and its pin, on a machine that was calibrated. */
async function pinnedBefore() {
  const parent = await temporaryFolder();
  const pins = join(parent, 'pins');
  const cache = join(parent, 'cache');
  const known = { deviation: 0.005, pairs: 6, runId: 'aa', measuredAt: '' };
  const names = ['p50-response', 'p95-response', 'p99-response', 'median-service'];
  await keepCalibration(cache, {
    schemaVersion: 1,
    experiment: fourSeconds.name,
    fingerprint: fingerprintOf(machine),
    ratePerSecond: 100,
    metrics: Object.fromEntries(names.map((name) => [`steady-${name}-ms`, known])),
  });
  const command = (...args: string[]) =>
    runGauntlet([...args, '--pins', pins], { out: false, env: { GAUNTLET_CACHE: cache } });
  const before = await saveRun(parent, '2026-11-21T08-00-00-loadtest', server(1));
  const pinning = await command('pin', before.path);
  expect(pinning.code, pinning.output()).toBe(0);
  return { parent, pins, command, before, pinning };
}

function readPin(pins: string): Pin {
  const { seal: _, ...pin } = JSON.parse(readFileSync(join(pins, PIN), 'utf8')) as Pin & { seal: string };
  return pin;
}

describe('pin', () => {
  test('keeps a run that passed, and says which one it replaces', async () => {
    const { parent, pins, command, before, pinning } = await pinnedBefore();
    expect(pinning.output()).toContain(`kept ${before.id} as ${join(pins, PIN)}\n`);
    expect(readPin(pins)).toMatchObject({ runId: before.id, command: 'loadtest', profile: 'quick', seed: 1 });
    const later = await saveRun(parent, '2026-11-22T08-00-00-loadtest', server(1));
    const again = await command('pin', later.path);
    expect(again.output()).toContain(`in place of ${before.id}`);
    expect(readPin(pins).runId).toBe(later.id);
    expect(readdirSync(pins)).toEqual([PIN]);
  });

  test.each([
    ['failed', broken, 3, /exit code is 1: .*\n +four-seconds: fail \(correct-in-time\)/],
    ['has too few trials', server(1), 2, /'four-seconds' has 2 valid trials .* --profile standard plays six/],
  ])('refuses a run that %s, and leaves the older pin', async (_, system, pairs, why) => {
    const { parent, pins, command, before } = await pinnedBefore();
    const later = await saveRun(parent, '2026-11-22T08-00-00-loadtest', system, pairs);
    const run = await command('pin', later.path);
    expect(run.code).toBe(64);
    expect(run.output()).toMatch(why);
    expect(readPin(pins).runId).toBe(before.id);
  });
});

describe('gate', () => {
  test.each([
    ['as fast as its pin', server(1), 0],
    ['slower than its pin', server(1.2), 3],
    ['wrong', broken, 1],
  ])('exits as a run that is %s deserves, and its reports say so', async (_, system, code) => {
    const { parent, command } = await pinnedBefore();
    const now = await saveRun(parent, '2026-11-22T08-00-00-loadtest', system);
    const run = await command('gate', now.path);
    expect(run.code, run.output()).toBe(code);
    expect(run.output().trimEnd().split('\n').at(-1)).toBe(`${now.path}/report.html`);
    const verdict = JSON.parse(readFileSync(join(now.path, 'verdict.json'), 'utf8')) as Verdict;
    expect(verdict.exitCode).toBe(code);
    expect(verdict.experiments[0]!.regressions).toHaveLength(4);
    for (const file of ['report.html', 'report.md', 'junit.xml'])
      expect(readFileSync(join(now.path, file), 'utf8')).toContain('2026-11-21T08-00-00-loadtest');
  });

  test('--json prints the verdict alone on stdout, --out leaves the run as it was', async () => {
    const { parent, command } = await pinnedBefore();
    const now = await saveRun(parent, '2026-11-22T08-00-00-loadtest', server(1.2));
    const before = readFileSync(join(now.path, 'verdict.json'), 'utf8');
    const out = join(parent, 'gated');
    const run = await command('gate', now.path, '--json', '--out', out);
    expect(run.code, run.output()).toBe(3);
    expect(run.output()).toMatch(/^\{"schemaVersion":1,.*"exitCode":3/m);
    expect(readFileSync(join(now.path, 'verdict.json'), 'utf8')).toBe(before);
    expect(existsSync(join(out, 'junit.xml'))).toBe(true);
  });

  test('adds its report to the job summary where the CI names a file for it, whatever the verdict', async () => {
    const parent = await temporaryFolder();
    const now = await saveRun(parent, '2026-11-22T08-00-00-loadtest', broken);
    const summary = join(parent, 'summary.md');
    writeFileSync(summary, '# Build\n');
    const env = { GITHUB_STEP_SUMMARY: summary };
    const run = await runGauntlet(['gate', now.path, '--pins', join(parent, 'pins')], { out: false, env });
    expect(run.code, run.output()).toBe(1);
    expect(readFileSync(summary, 'utf8')).toBe(
      `# Build\n${readFileSync(join(now.path, 'report.md'), 'utf8')}`,
    );
  });

  test("refuses another machine's pin and names both, unless it is allowed", async () => {
    const { parent, pins, command } = await pinnedBefore();
    const pin = readPin(pins);
    const foreign = fingerprintOf({ ...machine, cpuModel: 'Another processor', cores: 64 });
    await keepFile(join(pins, PIN), { ...pin, fingerprint: foreign });
    const now = await saveRun(parent, '2026-11-22T08-00-00-loadtest', server(1.2));
    const run = await command('gate', now.path);
    expect(run.code).toBe(64);
    expect(run.output()).toContain('Another processor, 64 cores');
    expect(run.output()).toContain(`${fingerprintOf(machine).digest} (sim, 1 core,`);
    const allowed = await command('gate', now.path, '--allow-other-machine');
    expect(allowed.code, allowed.output()).toBe(3);
  });

  test('without a pin judges the objectives and says how to pin; a damaged pin is no missing one', async () => {
    const parent = await temporaryFolder();
    const now = await saveRun(parent, '2026-11-22T08-00-00-loadtest', server(1));
    const pins = join(parent, 'pins');
    const run = await runGauntlet(['gate', now.path, '--pins', pins], { out: false });
    expect(run.code, run.output()).toBe(0);
    expect(run.output()).toContain(`npm run pin -- ${now.id}`);
    mkdirSync(pins);
    writeFileSync(join(pins, PIN), '{"schemaVersion": 1}');
    const damaged = await runGauntlet(['gate', now.path, '--pins', pins], { out: false });
    expect(damaged.code).toBe(64);
    expect(damaged.output()).toMatch(/loadtest-four-seconds\.json has not the shape/);
  });
});
