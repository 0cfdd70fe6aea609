import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ERRORS_PATH } from '#contract/fault.ts';
import { METRICS } from '#contract/metrics.ts';
import type { ServiceName } from '#contract/names.ts';
import { system as variantOf } from '#sut/system.ts';
import { INFER_PATH, metricOf, pictures, post } from '#sut/test-kit.ts';
import { topology } from '#sut/topology.ts';
import { createProcesses, type Processes } from './process.ts';
import type { RunningSystem } from './system.ts';
import { startAlone } from './system-alone.ts';

// Against the real services: the hook lives in their processes.

const REQUESTS = 400;
const HAS_LIN = variantOf({ models: { next: 'lin-1' } });
const HALF = { share: 0.5, status: 503, seed: 1 };

let folder: string;
let processes: Processes;
let system: RunningSystem;

async function start(isTrial = true, variant = variantOf()): Promise<void> {
  system = await startAlone(variant, { topology, processes, takesFaults: isTrial }, folder);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-hook-'));
  processes = createProcesses();
});

afterEach(async () => {
  await system.close();
  await processes.stopAll({ graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

const addressOf = (name: ServiceName) => system.services.find((service) => service.name === name)!.address;

async function statuses(name: ServiceName, count = REQUESTS): Promise<number[]> {
  const found: number[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const body = pictures(1);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(addressOf(name) + INFER_PATH, { method: 'POST', headers, body });
    await response.text();
    found.push(response.status);
  }
  return found;
}

const shareOf = (found: readonly number[], status: number) =>
  found.filter((one) => one === status).length / found.length;

describe('a service that was asked for errors', () => {
  test.each(['model-server', 'gateway'] as const)(
    '%s answers the share with the status, the others as ever, until they are cleared',
    async (name) => {
      await start();
      expect(await system.faults.residue()).toEqual([]);
      await system.faults.setErrors(name, HALF);
      expect(await system.faults.residue()).toEqual([`${name} answers with errors`]);
      const found = await statuses(name);
      expect(shareOf(found, 503)).toBeGreaterThan(0.4);
      expect(shareOf(found, 503)).toBeLessThan(0.6);
      expect(found.filter((status) => status !== 200 && status !== 503)).toEqual([]);
      await system.faults.clearErrors(name);
      expect(await system.faults.residue()).toEqual([]);
      expect(shareOf(await statuses(name, 50), 200)).toBe(1);
    },
  );

  test('fails the same requests each time', async () => {
    await start();
    await system.faults.setErrors('model-server', HALF);
    const first = await statuses('model-server', 60);
    await system.faults.setErrors('model-server', HALF);
    expect(await statuses('model-server', 60)).toEqual(first);
  });

  test('stays alive, and tells its metrics', async () => {
    await start();
    await system.faults.setErrors('model-server', { ...HALF, share: 1 });
    for (const path of ['/v2/health/live', '/v2/health/ready', '/metrics']) {
      expect((await fetch(addressOf('model-server') + path)).status).toBe(200);
    }
  });

  test('shows them to its caller as its own errors', async () => {
    await start();
    await system.faults.setErrors('model-server', { ...HALF, share: 1 });
    expect(await statuses('gateway', 5)).toEqual([502, 502, 502, 502, 502]);
  });

  test('has none any more after it was killed and started again', async () => {
    await start();
    await system.faults.setErrors('model-server', { ...HALF, share: 1 });
    await system.faults.kill('model-server');
    expect(await system.faults.residue()).toEqual(['model-server is gone']);
    await system.faults.restart('model-server');
    expect(await system.faults.residue()).toEqual([]);
    expect(await statuses('model-server', 20)).not.toContain(503);
  });

  test('has none any more after everything was healed, stopped meanwhile or not', async () => {
    await start();
    await system.faults.setErrors('model-server', HALF);
    await system.faults.setErrors('gateway', HALF);
    await system.faults.pause('model-server');
    await system.faults.healAll();
    expect(await system.faults.residue()).toEqual([]);
    expect(shareOf(await statuses('gateway', 50), 200)).toBe(1);
  });

  test('refuses what are no errors of its own', async () => {
    await start();
    await expect(system.faults.setErrors('gateway', { ...HALF, status: 404 })).rejects.toThrow(
      "gateway can't be asked for a fault",
    );
    expect(await system.faults.residue()).toEqual([]);
  });
});

describe('a gateway that was told another model version', () => {
  const versionNow = async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(addressOf('gateway') + INFER_PATH, {
      method: 'POST',
      headers,
      body: pictures(1),
    });
    return ((await response.json()) as { model_version: string }).model_version;
  };

  test('asks for it once that is acknowledged, and for its own again after the reset', async () => {
    await start(true, HAS_LIN);
    expect(await versionNow()).toBe('mlp-1');
    await system.faults.setModel('gateway', 'lin-1');
    expect(await versionNow()).toBe('lin-1');
    expect(await system.faults.residue()).toEqual(['gateway asks for another model version']);
    await system.faults.resetModel('gateway');
    expect(await versionNow()).toBe('mlp-1');
    expect(await system.faults.residue()).toEqual([]);
  });

  test('asks for its own again after everything was healed, and after it was started again', async () => {
    await start(true, HAS_LIN);
    await system.faults.setModel('gateway', 'lin-1');
    await system.faults.healAll();
    expect(await versionNow()).toBe('mlp-1');
    await system.faults.setModel('gateway', 'lin-1');
    await system.faults.kill('gateway');
    await system.faults.restart('gateway');
    expect(await system.faults.residue()).toEqual([]);
    expect(await versionNow()).toBe('mlp-1');
  });

  test('refuses one that the model server does not have, and goes on as before', async () => {
    await start(true, HAS_LIN);
    await expect(system.faults.setModel('gateway', 'xl-1')).rejects.toThrow("version 'xl-1' is not served");
    expect(await versionNow()).toBe('mlp-1');
    expect(await system.faults.residue()).toEqual([]);
  });

  test('is one, and the model server can not be told', async () => {
    await start();
    await expect(system.faults.setModel('model-server', 'lin-1')).rejects.toThrow('only /errors is here');
  });
});

describe('a virtual accelerator whose slots were taken', () => {
  const accelerated = variantOf({
    services: { 'model-server': { provider: 'virtual-accelerator', accelerator: { coldStartMs: 1 } } },
  });
  const slots = () => metricOf(addressOf('model-server'), METRICS.acceleratorSlots);

  test('has fewer once that is acknowledged, and all of them again when they are given back', async () => {
    await start(true, accelerated);
    expect(await slots()).toBe(2);
    await system.faults.takeSlots('model-server', 1);
    expect(await slots()).toBe(1);
    expect(await system.faults.residue()).toEqual(['model-server lacks slots of its accelerator']);
    expect(await statuses('gateway', 5)).toEqual(new Array(5).fill(200));
    await system.faults.returnSlots('model-server');
    expect(await slots()).toBe(2);
    expect(await system.faults.residue()).toEqual([]);
  });

  test('has all of them after everything was healed, and after it was started again', async () => {
    await start(true, accelerated);
    await system.faults.takeSlots('model-server', 2);
    await system.faults.healAll();
    expect(await slots()).toBe(2);
    await system.faults.takeSlots('model-server', 1);
    await system.faults.kill('model-server');
    await system.faults.restart('model-server');
    expect(await system.faults.residue()).toEqual([]);
    expect(await slots()).toBe(2);
  });

  test('refuses to lose more than it has', async () => {
    await start(true, accelerated);
    await expect(system.faults.takeSlots('model-server', 3)).rejects.toThrow(
      "it has 2 slots and can't lose 3",
    );
    expect(await system.faults.residue()).toEqual([]);
  });

  test('marks every answer as simulated, through the gateway too, and its metadata', async () => {
    await start(true, accelerated);
    for (const name of ['gateway', 'model-server'] as const) {
      const { body } = await post(addressOf(name) + INFER_PATH, pictures(1));
      expect(body.parameters).toEqual({ served_by: 'primary', simulation: 'virtual-accelerator' });
    }
    const metadata = await fetch(`${addressOf('model-server')}/v2/models/digits`);
    expect(await metadata.json()).toMatchObject({ platform: 'simulation: virtual-accelerator' });
  });
});

describe('nobody can ask', () => {
  test('on the public port', async () => {
    await start();
    for (const method of ['GET', 'PUT']) {
      const response = await fetch(addressOf('model-server') + ERRORS_PATH, { method });
      expect(response.status).toBe(404);
    }
  });

  test('a service that was not started for a trial, whose configuration names no port for it', async () => {
    await start(false);
    const config = JSON.parse(readFileSync(join(folder, 'services', 'gateway.json'), 'utf8'));
    expect(config).not.toHaveProperty('faultPort');
    await expect(system.faults.setErrors('gateway', HALF)).rejects.toThrow(
      "gateway can't be asked for a fault: it was started without a fault port.",
    );
  });
});
