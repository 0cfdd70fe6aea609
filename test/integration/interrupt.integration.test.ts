import { describe, expect, test } from 'vitest';
import { openPorts, readRecord, readVerdict, shellCode, startGauntlet } from './gauntlet.ts';

const SHORT = './test/fixtures/experiments/short-breaker.ts';

describe('Ctrl-C', () => {
  test.each([
    ['before the first trial', /short-breaker/],
    ['in the steady phase', /· steady/],
    ['while the fault is active', /fault: latency/],
  ])('%s heals, stops every child, reports an interrupted run and exits 130', async (_, moment) => {
    const running = startGauntlet(['chaos', SHORT], { through: 'npm' });
    await running.seen(moment);
    // A terminal sends the signal to the whole group: npm, its shell and us.
    process.kill(-running.child.pid!, 'SIGINT');
    expect(shellCode(await running.exit), running.output()).toBe(130);
    expect(running.processes()).toEqual([]);
    expect(await openPorts(running.out)).toEqual([]);
    expect(readVerdict(running.out)).toMatchObject({ ended: 'interrupted', exitCode: 130 });
    for (const fault of readRecord(running.out)
      .experiments.flatMap(({ trials }) => trials)
      .flatMap((t) => t.faults)) {
      expect(fault.residue).toEqual([]);
      if (fault.injectRequestedAt !== null) expect(fault.healedAt).not.toBeNull();
    }
  });

  test('a second one skips the report, never the heal', async () => {
    const running = startGauntlet(['chaos', SHORT]);
    await running.seen(/fault: latency/);
    running.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 750));
    // The first may have done its work already.
    running.child.kill('SIGINT');
    expect((await running.exit).code).toBe(130);
    expect(running.processes()).toEqual([]);
  });

  test('SIGTERM ends the same way with 143', async () => {
    const running = startGauntlet(['chaos', SHORT]);
    await running.seen(/· warm-up/);
    running.child.kill('SIGTERM');
    expect((await running.exit).code).toBe(143);
    expect(running.processes()).toEqual([]);
    expect(readVerdict(running.out)).toMatchObject({ ended: 'interrupted', exitCode: 143 });
  });
});
