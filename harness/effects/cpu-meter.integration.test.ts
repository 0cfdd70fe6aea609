import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allowedCores } from './cores.ts';
import { meterCpu } from './cpu-meter.ts';
import { createProcesses, lastLines, type Processes } from './process.ts';

const cores = await allowedCores();
const isLinux = process.platform === 'linux';
let folder: string;
let processes: Processes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-cpu-'));
  processes = createProcesses();
});

afterEach(async () => {
  await processes.stopAll({ graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

const start = (script: string, onCores: string | null = null) =>
  processes.start({
    name: 'child',
    command: process.execPath,
    args: ['-e', script],
    logFile: join(folder, 'child.log'),
    cores: onCores,
  });

/** Until the child runs its script: its start is work, and not what is asked about. */
async function up(): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if ((await lastLines(join(folder, 'child.log'), 9)).includes('up')) return;
    await sleep(20);
  }
  throw new Error('the child did not come up');
}

/** Burns so many seconds of the processor, however many others want it, and ends by itself. */
const burn = (seconds: number) =>
  `const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
   while (used() < ${seconds});`;

test.skipIf(!isLinux)('a child that burns is measured by what it burnt, although it has ended', async () => {
  const child = start(burn(1.5));
  const meter = meterCpu(child);
  await child.exited;
  const { cpu } = meter.used();
  // The last reading may be 200 ms from its end, and the first one a moment after its start.
  expect(cpu!.cpuSeconds).toBeGreaterThan(1);
  expect(cpu!.cpuSeconds).toBeLessThan(1.6);
  expect(cpu!.playSeconds).toBeGreaterThanOrEqual(cpu!.cpuSeconds - 0.05);
});

test.skipIf(!isLinux)('a child that sleeps took next to nothing', async () => {
  const child = start("console.log('up'); setTimeout(() => {}, 1_500)");
  await up();
  const meter = meterCpu(child);
  await child.exited;
  const { cpu } = meter.used();
  expect(cpu!.cpuSeconds).toBeLessThan(0.2);
  expect(cpu!.playSeconds).toBeGreaterThan(0.5);
});

test.skipIf(cores === null)(
  'the cores are those that the child may use, not those of the harness',
  async () => {
    const child = start(burn(0.8), `${cores!.at(-1)}`);
    // `taskset` turns into the child once it has moved itself.
    await sleep(300);
    const meter = meterCpu(child);
    await child.exited;
    expect(meter.used().cpu).toMatchObject({ cores: 1 });
  },
);

test('of a child that could not be started nothing is told', async () => {
  const child = processes.start({
    name: 'child',
    command: join(folder, 'nothing'),
    args: [],
    logFile: join(folder, 'child.log'),
  });
  const meter = meterCpu(child);
  await child.exited;
  expect(meter.used()).toEqual({});
});
