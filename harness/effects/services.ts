import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { ServiceName } from '#contract/names.ts';
import { type ChildHandle, lastLines, type Processes } from './process.ts';
import { unwritable } from './run-folder.ts';

const READY_MS = 30_000;
const POLL_MS = 30;
const LOG_LINES = 8;

export interface StartedService {
  name: ServiceName;
  address: string;
  /** Another one after a restart. */
  child: ChildHandle;
  logFile: string;
  start: ServiceStart;
}

export interface ServiceStart {
  name: ServiceName;
  main: string;
  port: number;
  /** Where it can be asked for a fault; undefined where it can't. */
  faultPort?: number | undefined;
  config: object;
  /** The trial's folder; configuration and log go into its `services/`. */
  folder: string;
  cores: string | null;
}

/** Starts one service of the system from a configuration file that can be replayed by hand. */
export function startService(processes: Processes, start: ServiceStart): StartedService {
  writeConfig(start);
  const logFile = join(start.folder, 'services', `${start.name}.log`);
  const child = launch(processes, start, logFile);
  return { name: start.name, address: `http://127.0.0.1:${start.port}`, child, logFile, start };
}

function writeConfig(start: ServiceStart): void {
  const file = configFileOf(start);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(start.config, null, 2)}\n`);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** A new process in the place of one that has ended: the same configuration, port and log. */
export function relaunchService(processes: Processes, service: StartedService): void {
  service.child = launch(processes, service.start, service.logFile);
}

function launch(processes: Processes, start: ServiceStart, logFile: string): ChildHandle {
  return processes.start({
    name: start.name,
    command: process.execPath,
    args: [start.main, '--config', configFileOf(start)],
    env: { ...process.env, NODE_ENV: 'production' },
    logFile,
    cores: start.cores,
  });
}

function configFileOf({ folder, name }: ServiceStart): string {
  return join(folder, 'services', `${name}.json`);
}

/** Resolves when the service answered its golden input right; rejects when it ends or takes too long. */
export async function waitUntilReady(service: StartedService, signal: AbortSignal): Promise<void> {
  const until = performance.now() + READY_MS;
  let last = 'no answer yet';
  while (performance.now() < until) {
    signal.throwIfAborted();
    if (service.child.exit()) throw await diedError(service, 'ended before it was ready');
    try {
      const url = `${service.address}/v2/health/ready`;
      const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
      if (response.ok) return;
      last = await response.text();
    } catch (error) {
      last = (error as Error).message;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw await diedError(service, `was not ready within ${READY_MS / 1000} s (${last})`);
}

/** What happened to a service, where its log is, and how that ends. */
export async function diedError(service: StartedService, what: string): Promise<GauntletError> {
  const lines = await lastLines(service.logFile, LOG_LINES);
  const tail = lines.length > 0 ? ` Its log ends:\n  ${lines.join('\n  ')}` : '';
  return new GauntletError('service-died', `${service.name} ${what}. Log: ${service.logFile}.${tail}`);
}
