import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contract/names.ts';
import type { Variant } from '#contract/topology.ts';
import { findServers, pathsOf } from '#harness/cli/servers.ts';
import { allowedCores, type CorePlan, pinSelf, unpinSelf } from '#harness/effects/cores.ts';
import { createProcesses, type Processes } from '#harness/effects/process.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { topology } from '#sut/topology.ts';
import type { Taken } from './measurement.ts';
import { meterOf } from './meter.ts';
import { countedFrom, type Question } from './question.ts';
import { type Driven, drive } from './wrk.ts';

/** What a compiler has not seen yet is slower by half; some starts of a gateway still become quicker after two seconds. */
const WARM_SECONDS = 4;

/** Who is asked: the gateway, or the model server itself. */
export type Entry = 'gateway' | 'model-server';

export interface Loop {
  entry: Entry;
  question: Question;
  connections: number;
  seconds: number;
}

export interface Measured extends Driven {
  services: Readonly<Record<string, Taken>>;
}

/** A system that is up, on all cores or on those of the services. */
export interface Up {
  urlOf(entry: Entry): string;
  pids: readonly (readonly [ServiceName, number])[];
  processes: Processes;
  /** Removed when the system is stopped. */
  folder: string;
}

/** Starts a system, lets it be used, and stops it; with a plan of cores it and whoever loads it are kept apart. */
export async function withSystem<T>(
  variant: Variant,
  signal: AbortSignal,
  use: (up: Up) => Promise<T>,
  apart: CorePlan | null = null,
): Promise<T> {
  const processes = createProcesses();
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const servers = pathsOf(await findServers([variant], { onProgress: () => {}, signal }));
  const all = await allowedCores();
  try {
    // Children are born on the cores of this process, which afterwards is on the load's.
    if (apart?.services) await pinSelf(apart.services);
    const running = await startAlone(variant, { topology, processes, servers, signal }, folder);
    if (apart?.load) await pinSelf(apart.load);
    const pids = running.services.map(({ name, child }) => [name, child.pid!] as const);
    const urlOf = (entry: Entry) =>
      `${running.services.find(({ name }) => name === entry)!.address}${topology.inferPath}`;
    const seen = await use({ urlOf, pids, processes, folder });
    await running.close();
    return seen;
  } finally {
    await processes.stopAll({ graceMs: 500 });
    await rm(folder, { recursive: true, force: true });
    if (apart && all) await unpinSelf(all);
  }
}

/** Starts a system, drives it in closed loop, and stops it. */
export function driveSystem(
  variant: Variant,
  loop: Loop,
  signal: AbortSignal,
  apart: CorePlan | null = null,
): Promise<Measured> {
  return withSystem(
    variant,
    signal,
    (up) =>
      driveAndMeter({ ...loop, url: up.urlOf(loop.entry), folder: up.folder }, askedOf(up, loop), signal),
    apart,
  );
}

/** The processes that have to do with what is asked: a gateway that nobody asks is no part of a model server's figure. */
export function askedOf({ pids }: Up, { entry }: Pick<Loop, 'entry'>): Up['pids'] {
  return entry === 'gateway' ? pids : pids.filter(([name]) => name === entry);
}

type Asked = Omit<Loop, 'entry'> & { url: string; folder: string };
type Pids<N extends string> = readonly (readonly [N, number])[];

/** Drives a server that is there, and meters processes meanwhile. */
export async function driveAndMeter<N extends string>(
  loop: Asked,
  pids: Pids<N>,
  signal: AbortSignal,
): Promise<Driven & { services: Record<N, Taken> }> {
  await warmUp(loop, signal);
  return meteredDrive({ ...loop, question: countedFrom(loop.question, MOST_A_DRIVE) }, pids, signal);
}

/** Requests that no drive reaches: where questions count, each drive counts from another multiple of it. */
export const MOST_A_DRIVE = 10_000_000;

export async function warmUp(loop: Asked, signal: AbortSignal): Promise<void> {
  await drive({ ...loop, seconds: Math.min(WARM_SECONDS, loop.seconds) }, signal);
}

/** Of a server that is warm. */
export async function meteredDrive<N extends string>(
  loop: Asked,
  pids: Pids<N>,
  signal: AbortSignal,
): Promise<Driven & { services: Record<N, Taken> }> {
  const meter = meterOf(pids);
  const driven = await drive(loop, signal);
  return { ...driven, services: meter.taken(driven.requests + driven.checked) };
}
