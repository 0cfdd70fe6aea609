import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  openPorts,
  readRecord,
  readRunFile,
  readVerdict,
  runGauntlet,
  shellCode,
  startGauntlet,
} from '../integration/gauntlet.ts';
import { docker, whatIsMissing, whatIsThere } from './docker.ts';

// The same experiments as with processes, their services in containers.

const missing = await whatIsMissing();
if (missing !== null) console.warn(`skipped: no containers here, ${missing}`);

const CONTAINERS = ['--runtime', 'containers'];
const SHORT = './test/fixtures/experiments/short-breaker.ts';
const HEALED_WITHIN_MS = 3_000;

async function containersOf(runId?: string): Promise<string[]> {
  const label = runId === undefined ? 'gauntlet.run' : `gauntlet.run=${runId}`;
  const ids = await docker('ps', '--all', '--quiet', '--filter', `label=${label}`);
  return ids.split('\n').filter((id) => id !== '');
}

const playFault = (experiment: string, fault: string) =>
  playChaos(`./test/fixtures/experiments/${experiment}.ts`, '--fault', fault);

/** Everything that a fault must do but pass, and nothing is left of it. */
async function playChaos(...what: string[]) {
  const before = await whatIsThere();
  const run = await runGauntlet(['chaos', ...what, ...CONTAINERS]);
  const [judged] = readVerdict(run.out).experiments;
  const record = readRecord(run.out);
  const [trial] = record.experiments[0]!.trials;
  expect(trial!.error, run.output()).toBeNull();
  expect(judged!.faults[0]!.bite, run.output()).toMatchObject({ held: true });
  expect(trial!.faults[0]).toMatchObject({ residue: [], healedAt: expect.any(Number) });
  expect(record.machine.runtime).toBe('containers');
  expect(record.tools['docker']!.source).toMatch(/^gauntlet-system:[0-9a-f]{12}$/);
  expect(run.processes()).toEqual([]);
  expect(await openPorts(run.out)).toEqual([]);
  expect(await whatIsThere()).toEqual(before);
  const outcomes = judged!.objectives.map(({ name, outcome }) => `${name} ${outcome}`);
  return {
    inPlace: trial!.faults[0]!.inPlace,
    recovery: judged!.faults[0]!.recovery.state,
    outcomes,
    run,
  };
}

// In CI they run whatever is missing, and fail.
describe.skipIf(missing !== null && !process.env['CI'])('services in containers', () => {
  test.each([
    ['latency', 'latency on gateway_to_model-server'],
    ['kill', 'model-server is gone'],
    ['pause', 'model-server is stopped'],
  ])(
    '%s against the breaker: it bites, is healed, and the objectives are kept meanwhile',
    async (name, inPlace) => {
      const played = await playFault('short-faults', name);
      expect(played.inPlace).toEqual([inPlace]);
      expect(['recovered', 'slow'], played.run.output()).toContain(played.recovery);
      // How soon it recovers is the machine's word too.
      const kept = played.outcomes.filter((line) => !line.startsWith('recovers-'));
      expect(kept, played.run.output()).toEqual(kept.map((line) => line.replace(/\S+$/, 'pass')));
    },
  );

  test.each([
    ['circuit-breaker', ['faithful', 'faithful-in-fault']],
    ['async', ['accounted-for', 'accounted-for-in-fault', 'accounted-for-in-recovery']],
  ])(
    '`chaos %s` as it is shipped: the load is offered, and no answer is wrong or lost',
    async (name, right) => {
      const { outcomes, run } = await playChaos(name);
      // How fast it was is the machine's word.
      for (const objective of right) expect(outcomes, run.output()).toContain(`${objective} pass`);
    },
  );

  test('a killed broker costs no accepted job', async () => {
    const { inPlace, recovery, outcomes, run } = await playFault('short-jobs', 'broker-killed');
    expect(['recovered', 'slow'], run.output()).toContain(recovery);
    expect(inPlace).toEqual(['broker is gone']);
    // While it is gone none is accepted, and nothing can be said of those.
    expect(outcomes, run.output()).toEqual([
      'accounted-for pass',
      'accounted-for-in-fault inconclusive',
      'accounted-for-in-recovery pass',
    ]);
  });

  test('they are pinned, read-only, of no user with rights, and without a capability', async () => {
    const running = startGauntlet(['chaos', SHORT, ...CONTAINERS]);
    await running.seen(/· warm-up/);
    const ids = await containersOf();
    const all = JSON.parse(await docker('inspect', ...ids));
    running.child.kill('SIGINT');
    expect(shellCode(await running.exit)).toBe(130);
    expect(all).toHaveLength(2);
    const { pinnedCores } = readRecord(running.out).machine;
    for (const { Config, HostConfig } of all) {
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        Privileged: false,
        CapDrop: ['ALL'],
        NetworkMode: 'host',
        CpusetCpus: pinnedCores?.services ?? '',
      });
      expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges']);
      expect(Config.User).toMatch(/^[1-9]\d*:/);
    }
    expect(await containersOf()).toEqual([]);
    // Each drained at SIGTERM: what is killed says nothing.
    const logs = ['gateway', 'model-server'].map((name) =>
      readRunFile(running.out, `trials/short-breaker/1-candidate/services/${name}.log`),
    );
    for (const log of logs) expect(log).toContain('"signal":"SIGTERM"');
  });

  test('SIGKILL of the harness: the watchdog removes them', async () => {
    const running = startGauntlet(['chaos', SHORT, ...CONTAINERS]);
    await running.seen(/fault: latency/);
    expect(await containersOf()).toHaveLength(2);
    running.child.kill('SIGKILL');
    await running.exit;
    for (
      const until = performance.now() + HEALED_WITHIN_MS;
      (await containersOf()).length > 0;
      await sleep(50)
    )
      expect(performance.now()).toBeLessThan(until);
    for (const until = performance.now() + HEALED_WITHIN_MS; running.processes().length > 0; await sleep(50))
      expect(performance.now()).toBeLessThan(until);
    const healed = JSON.parse(readRunFile(running.out, 'healed-by-watchdog.json'));
    expect(healed).toMatchObject({ why: 'the harness died', left: [] });
    expect(healed.ended.filter((line: string) => line.startsWith('container '))).toHaveLength(2);
  });

  test('SIGKILL of harness and watchdog both: heal removes them', async () => {
    const running = startGauntlet(['chaos', SHORT, ...CONTAINERS]);
    await running.seen(/· warm-up/);
    const watchdog = running.processes().find((line) => line.includes('watchdog.ts'))!;
    process.kill(Number(watchdog.split(' ')[0]), 'SIGKILL');
    running.child.kill('SIGKILL');
    await running.exit;
    expect(await containersOf()).toHaveLength(2);
    const heal = await runGauntlet(['heal'], { out: false });
    expect(heal.code, heal.output()).toBe(0);
    expect(heal.output()).toMatch(/ended container [0-9a-f]{12} gateway/);
    expect(await containersOf()).toEqual([]);
    expect(running.processes()).toEqual([]);
  });
});
