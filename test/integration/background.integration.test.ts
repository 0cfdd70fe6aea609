import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openPorts, readRecord, readRunFile, readVerdict, runGauntlet } from './gauntlet.ts';

const FOUR = './test/fixtures/experiments/four-seconds.ts';
const HEALED_WITHIN_MS = 2_000;

/** Starts a run in the background and waits until it is under load. */
async function startInBackground() {
  const running = await runGauntlet(['loadtest', FOUR, '--rate', '50', '--background']);
  expect(running.code, running.output()).toBe(0);
  const said = (pattern: RegExp) => pattern.exec(running.output())![1]!;
  const pid = Number(said(/kill -INT (\d+)/));
  onTestFinished(() => {
    if (running.processes().some((line) => line.startsWith(`${pid} `))) process.kill(pid, 'SIGKILL');
  });
  const log = said(/tail -f (\S+)/);
  await until(() => readFileSync(log, 'utf8').includes('· steady'), 30_000);
  return { running, pid, log, folder: said(/--resume (\S+)/) };
}

async function until(isSo: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  for (const from = performance.now(); !(await isSo()); ) {
    if (performance.now() - from > ms) throw new Error(`not so within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a run in the background outlives the command, is stopped as it says, and goes on as it says', async () => {
  const { running, pid, log, folder } = await startInBackground();
  const refused = await runGauntlet(['loadtest', FOUR, '--background']);
  expect(refused.code).toBe(64);
  expect(refused.output()).toContain('Another run is active: npm run loadtest -- four-seconds');

  process.kill(pid, 'SIGINT');
  await until(() => running.processes().length === 0, 30_000);
  expect(await openPorts(running.out)).toEqual([]);
  expect(readVerdict(running.out)).toMatchObject({ ended: 'interrupted', exitCode: 130 });
  expect(readFileSync(log, 'utf8')).toMatch(new RegExp(`--resume\\s+${folder}`));

  const resumed = await runGauntlet(['loadtest', '--resume', folder, '--background'], { out: false });
  expect(resumed.output()).toMatch(/Goes on with \S+: 0 of 3 trials are played/);
  await until(() => resumed.processes().length === 0, 60_000);
  expect(readVerdict(running.out)).toMatchObject({ ended: 'completed', outcome: 'pass' });
  expect(readRecord(running.out).resumed).toHaveLength(1);
});

test('SIGKILL of a run in the background: its watchdog, an orphan by then, heals within 2 s', async () => {
  const { running, pid } = await startInBackground();
  process.kill(pid, 'SIGKILL');
  await until(async () => {
    const left = [...running.processes(), ...(await openPorts(running.out).catch(() => []))];
    return left.length === 0;
  }, HEALED_WITHIN_MS);
  const healed = JSON.parse(readRunFile(running.out, 'healed-by-watchdog.json'));
  expect(healed).toMatchObject({ why: 'the harness died', left: [] });
});
