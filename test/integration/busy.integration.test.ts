import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleLoad } from '#harness/effects/busy.ts';
import { runGauntlet, startGauntlet } from './gauntlet.ts';

/** As many threads as take most of the machine, whatever else goes on there. */
const THREADS = Math.max(8, 2 * availableParallelism());
const SCRIPT = `import { Worker } from 'node:worker_threads';
for (let i = 0; i < ${THREADS}; i += 1) new Worker('for (;;);', { eval: true });
console.log('burning');`;

/** A process that burns the cores until the test is over; resolves to its number. */
async function burn(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gauntlet-busy-'));
  const script = join(folder, 'burner.mjs');
  writeFileSync(script, SCRIPT);
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A session of its own gets a fair share beside whoever else is busy.
    detached: true,
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
    rmSync(folder, { recursive: true });
  });
  await once(child.stdout, 'data');
  return child.pid!;
}

const named = (pid: number) => `node burner\\.mjs [\\d.]+, process ${pid}\\b`;

test('doctor names who keeps the machine busy, and needs it not', async () => {
  const burner = named(await burn());
  const run = await runGauntlet(['doctor'], { out: false });
  expect(run.code, run.output()).toBe(0);
  expect(run.output()).toMatch(
    new RegExp(`^missing +load +others use [\\d.]+ of \\d+ cores \\(.*${burner}`, 'm'),
  );
});

test('what a process and its children do is nobody else’s', async () => {
  const child = await burn();
  const pids = (await sampleLoad()).busiest.map(({ pid }) => pid);
  expect(pids).not.toContain(child);
  expect(pids).not.toContain(process.pid);
});

test('a run on a busy machine says so before anything is played, with who it is', async () => {
  const burner = named(await burn());
  const running = startGauntlet(['loadtest', 'steady-1000', '--duration', '5', '--rate', '50']);
  await running.seen(/starting the services/);
  const [before] = running.output().split(/^.*starting the services/m);
  expect(before).toMatch(
    new RegExp(`^The machine is busy: others use .*${burner}.* gets played again, `, 'm'),
  );
  running.child.kill('SIGINT');
  expect((await running.exit).code).toBe(130);
});
