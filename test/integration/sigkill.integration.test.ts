import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openPorts, readRunFile, runGauntlet, startGauntlet } from './gauntlet.ts';

const SHORT = './test/fixtures/experiments/short-breaker.ts';
const HEALED_WITHIN_MS = 2_000;

async function goneWithin(running: ReturnType<typeof startGauntlet>, ms: number): Promise<number> {
  const from = performance.now();
  for (;;) {
    // A process that is being killed closes its ports a moment after it can't be seen any more.
    const left = [...running.processes(), ...(await openPorts(running.out).catch(() => []))];
    if (left.length === 0) break;
    if (performance.now() - from > ms) throw new Error(`still there: ${left.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - from;
}

describe('SIGKILL of the harness', () => {
  test.each([
    ['while the services start', /starting the services/],
    ['in the steady phase', /· steady/],
    ['while the fault is active', /fault: latency/],
  ])('%s: the watchdog ends and heals everything within 2 s', async (_, moment) => {
    const running = startGauntlet(['chaos', SHORT]);
    await running.seen(moment);
    running.child.kill('SIGKILL');
    await running.exit;
    await goneWithin(running, HEALED_WITHIN_MS);
    expect(JSON.parse(readRunFile(running.out, 'healed-by-watchdog.json'))).toMatchObject({
      why: 'the harness died',
      left: [],
    });
    expect(existsSync(running.out)).toBe(true);
    // Nothing stands in the way of the next command.
    const heal = await runGauntlet(['heal'], { out: false });
    expect(heal.output()).toContain('Nothing to heal');
  });

  test('of harness and watchdog both: the next start refuses and names the command, which cleans', async () => {
    const running = startGauntlet(['chaos', SHORT]);
    await running.seen(/fault: latency/);
    const watchdog = running.processes().find((line) => line.includes('watchdog.ts'))!;
    process.kill(Number(watchdog.split(' ')[0]), 'SIGKILL');
    running.child.kill('SIGKILL');
    await running.exit;
    expect(running.processes().length).toBeGreaterThan(0);

    const refused = await runGauntlet(['chaos', SHORT]);
    expect(refused.code).toBe(64);
    expect(refused.output()).toContain('npm run heal');

    const heal = await runGauntlet(['heal'], { out: false });
    expect(heal.code, heal.output()).toBe(0);
    expect(heal.output()).toMatch(/ended \d+ .*toxiproxy/);
    expect(heal.output()).toContain('Healed: nothing of it is left.');
    expect(running.processes()).toEqual([]);
  });

  test('a second run beside an active one is refused by name, and the first goes on', async () => {
    const running = startGauntlet(['chaos', SHORT]);
    await running.seen(/· warm-up/);
    const refused = await runGauntlet(['chaos', SHORT]);
    expect(refused.code).toBe(64);
    expect(refused.output()).toContain('Another run is active: npm run chaos -- short-breaker');
    running.child.kill('SIGINT');
    expect((await running.exit).code).toBe(130);
  });
});
