import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { system as variantOf } from '#sut/system.ts';
import { INFER_PATH, pictures } from '#sut/test-kit.ts';
import { topology } from '#sut/topology.ts';
import { scrapeMetrics } from './metrics.ts';
import { createProcesses, type Processes } from './process.ts';
import { findServer } from './provision/servers.ts';
import type { RunningSystem } from './system.ts';
import { startAlone } from './system-alone.ts';

// A variant whose cache is a real Redis, which the harness starts, kills and stops like any service.

const redis = await findServer('redis-server', { onProgress: () => {} }).catch((error: Error) => {
  console.warn(`skipped: ${error.message}`);
  return null;
});

const processes: Processes = createProcesses();
let folder: string;
let system: RunningSystem;

async function start(): Promise<void> {
  const variant = variantOf({ patterns: { 'prediction-cache': { store: 'redis' } } });
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-redis-'));
  const setup = { topology, processes, servers: { 'redis-server': redis!.path }, takesFaults: true };
  system = await startAlone(variant, setup, folder);
}

afterEach(async () => {
  await system.close();
  await processes.stopAll({ graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

const gateway = () => system.services.find(({ name }) => name === 'gateway')!.address;

async function servedBy(): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(gateway() + INFER_PATH, { method: 'POST', headers, body: pictures(1) });
  expect(response.status).toBe(200);
  return ((await response.json()) as { parameters: { served_by: string } }).parameters.served_by;
}

const failedCalls = async () =>
  (await scrapeMetrics(gateway()))[`${METRICS.storeCallDuration}_count{outcome="error"}`] ?? 0;

// In CI they run whatever is missing, and fail.
describe.skipIf(redis === null && !process.env['CI'])('a Redis of the system', () => {
  test('keeps answers; killed it costs none, and is there again after the heal', async () => {
    await start();
    await expect.poll(servedBy).toBe('cache');
    await system.faults.kill('redis');
    expect(await system.faults.residue()).toEqual(['redis is gone']);
    expect(await servedBy()).toBe('primary');
    expect(await failedCalls()).toBeGreaterThan(0);
    await system.faults.healAll();
    expect(await system.faults.residue()).toEqual([]);
    await expect.poll(servedBy).toBe('cache');
  });

  test('frozen, it is waited for no longer than it is told to', async () => {
    await start();
    await expect.poll(servedBy).toBe('cache');
    await system.faults.pause('redis');
    expect(await servedBy()).toBe('primary');
    await system.faults.resume('redis');
    await expect.poll(servedBy).toBe('cache');
  });
});
