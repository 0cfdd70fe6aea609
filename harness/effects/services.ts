import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { ServiceName } from '#contract/names.ts';
import type { ServerSpec } from '#contract/topology.ts';
import { answers } from './answers.ts';
import { parseCores } from './cores.ts';
import { lastLines } from './process.ts';
import { unwritable } from './run-folder.ts';
import type { Launcher, ServiceHandle } from './runtimes/runtime.ts';

const READY_MS = 30_000;
const POLL_MS = 30;
/** Milliseconds that a service gets to say whether it is ready. */
const ASK_MS = 3_000;
const LOG_LINES = 8;

export interface StartedService {
  name: ServiceName;
  address: string;
  /** Another one after a restart. */
  child: ServiceHandle;
  logFile: string;
  start: ServiceStart;
}

export interface ServiceStart {
  name: ServiceName;
  /** The file that node runs, or the program at a path, or of an image, that runs in its place. */
  runs: { main: string } | { server: ServerSpec; path: string };
  port: number;
  /** Where it can be asked for a fault; undefined where it can't. */
  faultPort?: number | undefined;
  config: object;
  /** The trial's folder; configuration and log go into its `services/`. */
  folder: string;
  cores: string | null;
}

/** Starts one service of the system from a configuration file that can be replayed by hand. */
export async function startService(launcher: Launcher, start: ServiceStart): Promise<StartedService> {
  writeConfig(start);
  const logFile = join(start.folder, 'services', `${start.name}.log`);
  const child = await launcher.launch(start, logFile);
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

/** A new one in the place of one that has ended: the same configuration, port and log. */
export async function relaunchService(launcher: Launcher, service: StartedService): Promise<void> {
  service.child = await launcher.launch(service.start, service.logFile);
}

/** What a shell would be given to start it. */
export function commandOf(start: ServiceStart): { command: string; args: string[] } {
  const { runs } = start;
  const command = 'server' in runs ? runs.path : process.execPath;
  return { command, args: argumentsOf(start, (main) => main) };
}

/** Those of its program, or of node; `placed` says where a file of this project lies for it. */
export function argumentsOf(
  { runs, config, ...start }: ServiceStart,
  placed: (main: string) => string,
): string[] {
  const file = configFileOf(start);
  if ('server' in runs) return runs.server.args(config, file);
  return [compilers(start.cores), YOUNG_HEAP, placed(runs.main), '--config', file];
}

/**
 * Megabytes of either half in which new objects live, of every thread that runs JavaScript. V8 lets it grow
 * further, for what is never in use at once here: a model server has a fifth less memory so, for 2 % more processor time.
 */
const YOUNG_HEAP = '--max-semi-space-size=8';

/**
 * No more threads that compile and collect in the background than the service has cores: Node starts four, and after
 * some ten thousand requests they all compile at once and leave a single core's requests waiting for 200 ms.
 */
function compilers(cores: string | null): string {
  const count = parseCores(cores ?? '')?.length ?? availableParallelism();
  return `--v8-pool-size=${count}`;
}

export function configFileOf({ folder, name }: Pick<ServiceStart, 'folder' | 'name'>): string {
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
      const why = await notReady(service);
      if (why === null) return;
      last = why;
    } catch (error) {
      last = (error as Error).message;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw await diedError(service, `was not ready within ${READY_MS / 1000} s (${last})`);
}

/** Why a service is not ready; null when it is. */
async function notReady({ address, start: { runs, port } }: StartedService): Promise<string | null> {
  if ('server' in runs) return answers(port, runs.server.ready, ASK_MS);
  const response = await fetch(`${address}/v2/health/ready`, { signal: AbortSignal.timeout(ASK_MS) });
  return response.ok ? null : response.text();
}

/** What happened to a service, where its log is, and how that ends. */
export async function diedError(service: StartedService, what: string): Promise<GauntletError> {
  const lines = await lastLines(service.logFile, LOG_LINES);
  const tail = lines.length > 0 ? ` Its log ends:\n  ${lines.join('\n  ')}` : '';
  return new GauntletError('service-died', `${service.name} ${what}. Log: ${service.logFile}.${tail}`);
}
