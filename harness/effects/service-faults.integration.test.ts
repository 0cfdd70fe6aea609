import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceName } from '#contract/names.ts';
import type { ServiceSpec, Variant } from '#contract/topology.ts';
import { createPorts } from './ports.ts';
import { createProcesses, type Processes } from './process.ts';
import { allotPorts, type RunningSystem, startSystem } from './system.ts';

/** A service of five lines: ready at once, and it says its pid. */
const MAIN = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { port } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
createServer((_, reply) => reply.end(String(process.pid))).listen(port, '127.0.0.1');
`;
const ANSWERS_WITHIN_MS = 500;

let folder: string;
let processes: Processes;
let system: RunningSystem;
let died: Error | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-faults-'));
  const main = join(folder, 'main.mjs');
  writeFileSync(main, MAIN);
  const spec = (name: ServiceName, calls: ServiceName[]): ServiceSpec => ({
    name,
    main,
    calls,
    config: (_, port) => ({ port }),
  });
  const services = [spec('model-server', []), spec('gateway', ['model-server'])];
  processes = createProcesses();
  const parts = {
    topology: { services, entry: 'gateway', inferPath: '/' } as const,
    processes,
    ports: createPorts(),
    toxiproxy: null,
    cores: { services: null, load: null },
  };
  const setup = { variant: {} as Variant, proxiedLinks: [], signal: new AbortController().signal };
  system = await startSystem(parts, setup, await allotPorts(parts, [], true), folder);
  died = null;
  system.died.catch((error: Error) => {
    died = error;
  });
});

afterEach(async () => {
  await system.close();
  await processes.stopAll({ graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

/** The pid that a service answers with; null where it doesn't. */
async function ask(name: ServiceName): Promise<number | null> {
  const { address } = system.services.find((service) => service.name === name)!;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return Number(await response.text());
  } catch {
    return null;
  }
}

async function endByAccident(name: ServiceName): Promise<void> {
  const { child } = system.services.find((service) => service.name === name)!;
  child.signal('SIGKILL');
  await child.exited;
  await sleep(50);
}

describe('kill', () => {
  test('is no accident, and is left until the same service is there again', async () => {
    const before = await ask('model-server');
    await system.faults.kill('model-server');
    expect(await system.faults.residue()).toEqual(['model-server is gone']);
    expect(system.faults.isUp('model-server')).toBe(false);
    expect(await ask('model-server')).toBeNull();
    await system.faults.restart('model-server');
    expect(await system.faults.residue()).toEqual([]);
    expect(system.faults.isUp('model-server')).toBe(true);
    const after = await ask('model-server');
    expect(after).not.toBeNull();
    expect(after).not.toBe(before);
    expect(died).toBeNull();
  });

  test('of one service does not excuse the death of another', async () => {
    await system.faults.kill('model-server');
    expect(died).toBeNull();
    await endByAccident('gateway');
    expect(died).toMatchObject({ code: 'service-died' });
    expect(died!.message).toContain('gateway died');
    // What died by itself is no fault that could be healed.
    expect(await system.faults.residue()).toEqual(['model-server is gone']);
  });

  test('does not excuse the death of the process that took its place', async () => {
    await system.faults.kill('model-server');
    await system.faults.restart('model-server');
    await endByAccident('model-server');
    expect(died).toMatchObject({ code: 'service-died' });
  });
});

describe('pause', () => {
  test('keeps the process and its port, and nobody answers until it goes on', async () => {
    const before = await ask('gateway');
    await system.faults.pause('gateway');
    expect(await system.faults.residue()).toEqual(['gateway is stopped']);
    expect(system.faults.isUp('gateway')).toBe(false);
    expect(await ask('gateway')).toBeNull();
    await system.faults.resume('gateway');
    expect(await system.faults.residue()).toEqual([]);
    expect(await ask('gateway')).toBe(before);
    expect(died).toBeNull();
  });

  test('by somebody else is left behind all the same', async () => {
    process.kill(system.services[1]!.child.pid!, 'SIGSTOP');
    await sleep(50);
    expect(await system.faults.residue()).toEqual(['gateway is stopped']);
    await system.faults.resume('gateway');
  });
});

test('healing everything resumes and restarts', async () => {
  await system.faults.kill('model-server');
  await system.faults.pause('gateway');
  await system.faults.healAll();
  expect(await system.faults.residue()).toEqual([]);
  expect(await ask('model-server')).not.toBeNull();
  expect(await ask('gateway')).not.toBeNull();
});

test('a system with a killed and a stopped service is closed as ever', async () => {
  await system.faults.kill('model-server');
  await system.faults.pause('gateway');
  await system.close();
  expect(processes.living()).toEqual([]);
  expect(died).toBeNull();
});
