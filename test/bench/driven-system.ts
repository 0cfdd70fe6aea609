import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contract/names.ts';
import type { Variant } from '#contract/topology.ts';
import { findServers, pathsOf } from '#harness/cli/servers.ts';
import { cpuSecondsOf } from '#harness/effects/cpu-times.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { topology } from '#sut/topology.ts';
import type { Question } from './question.ts';
import { type Driven, drive } from './wrk.ts';

/** What a compiler has not seen yet is slower by half. */
const WARM_SECONDS = 2;

export interface Loop {
  /** Who is asked: the gateway, or the model server itself. */
  entry: 'gateway' | 'model-server';
  question: Question;
  connections: number;
  seconds: number;
}

/** What a service took of the machine while it was asked. */
export interface Taken {
  cpuMsPerRequest: number;
  /** Resident, at the end. */
  megabytes: number;
}

export interface Measured extends Driven {
  services: Partial<Record<ServiceName, Taken>>;
}

/** Starts a system on all cores that there are, drives it as the loop says, and stops it. */
export async function driveSystem(variant: Variant, loop: Loop, signal: AbortSignal): Promise<Measured> {
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const servers = pathsOf(await findServers([variant], { onProgress: () => {}, signal }));
  try {
    const running = await startAlone(variant, { topology, processes, servers, signal }, folder);
    const pids = running.services.map(({ name, child }) => [name, child.pid!] as const);
    const { address } = running.services.find(({ name }) => name === loop.entry)!;
    const asked = { ...loop, url: `${address}${topology.inferPath}`, folder };
    const driven = await driveAndMeter(asked, pids, signal);
    await running.close();
    return driven;
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Drives a server that is there, and meters processes meanwhile. */
export async function driveAndMeter<N extends string>(
  loop: Omit<Loop, 'entry'> & { url: string; folder: string },
  pids: readonly (readonly [N, number])[],
  signal: AbortSignal,
): Promise<Driven & { services: Partial<Record<N, Taken>> }> {
  await drive({ ...loop, seconds: WARM_SECONDS }, signal);
  const before = pids.map(([, pid]) => cpuSecondsOf(pid) ?? Number.NaN);
  const driven = await drive(loop, signal);
  const services: Partial<Record<N, Taken>> = {};
  for (const [i, [name, pid]] of pids.entries()) {
    const seconds = (cpuSecondsOf(pid) ?? Number.NaN) - before[i]!;
    services[name] = {
      cpuMsPerRequest: (1000 * seconds) / driven.requests,
      megabytes: await residentMegabytes(pid),
    };
  }
  return { ...driven, services };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
