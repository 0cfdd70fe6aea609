import { once } from 'node:events';
import { chownSync, createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { type ContainerRuntimeClient, GenericContainer } from 'testcontainers';
import { GauntletError } from '#contract/errors.ts';
import { type ExitInfo, type Group, handleOf } from '../process.ts';
import type { ProcessState } from '../process-state.ts';
import type { ServiceHandle } from '../runtimes/runtime.ts';
import { argumentsOf, configFileOf, type ServiceStart } from '../services.ts';
import { connectDocker, RUN_LABEL } from './client.ts';

/** Where the image has the project. */
const APP = '/app';
/** The image's own user, for a harness that is root. */
const NODE_USER = 1000;
/** Milliseconds that the last lines of a log get to come after the end of its container. */
const LOG_MS = 1_000;

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

export interface ContainerSetup {
  /** Of the system's own services; a program of others has its own. */
  image: string;
  root: string;
  runId: string;
  logFile: string;
}

/** testcontainers has no word for these; its own modules extend the class for such things too. */
class ServiceContainer extends GenericContainer {
  withHost(options: { CpusetCpus?: string; ReadonlyRootfs: boolean }): this {
    Object.assign(this.hostConfig, options);
    return this;
  }
}

/** Starts a service as a container on the network of this machine, with nothing writable but what it keeps. */
export async function startContainer(start: ServiceStart, setup: ContainerSetup): Promise<ServiceHandle> {
  const log = openLog(setup.logFile);
  try {
    const client = await connectDocker();
    const started = await describeContainer(start, setup).withLogConsumer(log.take).start();
    return await follow(start.name, client.container.getById(started.getId()), log);
  } catch (error) {
    const why = (error as Error).message;
    throw new GauntletError('service-died', `${start.name} could not be started as a container: ${why}`);
  }
}

function describeContainer(start: ServiceStart, { image, root, runId }: ContainerSetup): GenericContainer {
  const { runs, name, cores, folder } = start;
  const user = ownUser();
  const file = configFileOf(start);
  const inImage = (main: string) => join(APP, relative(root, main));
  return new ServiceContainer('server' in runs ? runs.path : image)
    .withCommand(argumentsOf(start, inImage))
    .withNetworkMode('host')
    .withUser(`${user}:${user}`)
    .withLabels({ [RUN_LABEL]: runId, 'gauntlet.service': name })
    .withBindMounts([
      ...mounted(dirname(file), 'ro'),
      ...('server' in runs ? mounted(ownFolder(join(folder, name), user), 'rw') : []),
    ])
    .withTmpFs({ '/tmp': 'rw' })
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges')
    .withHost({ ReadonlyRootfs: true, ...(cores === null ? {} : { CpusetCpus: cores }) });
}

/** At the path that it has here, so that a configuration says the same in both. */
function mounted(path: string, mode: 'ro' | 'rw') {
  return [{ source: path, target: path, mode }];
}

function ownFolder(path: string, user: number): string {
  mkdirSync(path, { recursive: true });
  if (process.getuid?.() === 0) chownSync(path, user, user);
  return path;
}

/** What a service keeps lies in the run's folder and is to be of whoever plays. */
function ownUser(): number {
  const own = process.getuid?.() ?? 0;
  return own === 0 ? NODE_USER : own;
}

async function follow(name: string, container: Container, log: Log): Promise<ServiceHandle> {
  const { State } = await container.inspect();
  let exit: ExitInfo | null = null;
  let isRemoved = false;
  const exited = ending(container).then(async (info) => {
    await log.written();
    exit = info;
    return info;
  });
  void exited.then(async () => {
    await container.remove({ force: true, v: true }).catch(() => {});
    isRemoved = true;
  });
  const group: Group = {
    pid: State.Pid || null,
    exited,
    exit: () => exit,
    lives: () => !isRemoved,
    send: (signal) => void obey(container, signal).catch(() => {}),
  };
  return { ...handleOf(name, group), state: () => stateOf(container) };
}

async function ending(container: Container): Promise<ExitInfo> {
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, signal: null, error: null };
  } catch (error) {
    return { code: null, signal: null, error: (error as Error).message };
  }
}

/** Does nothing to a container that has ended, or is what it is asked to be: Docker refuses then. */
async function obey(container: Container, signal: NodeJS.Signals): Promise<void> {
  if (signal === 'SIGSTOP') return void (await container.pause());
  if (signal === 'SIGCONT') return void (await container.unpause());
  await container.kill({ signal });
}

async function stateOf(container: Container): Promise<ProcessState> {
  try {
    const { Running, Paused } = (await container.inspect()).State;
    if (!Running) return 'gone';
    return Paused ? 'stopped' : 'running';
  } catch {
    return 'gone'; // It was removed.
  }
}

interface Log {
  take(lines: Readable): void;
  /** Resolves when all that the container said is in the file, or doesn't come. */
  written(): Promise<void>;
}

function openLog(path: string): Log {
  const file = createWriteStream(path, { flags: 'a' });
  // A full disk is seen by whoever keeps the record.
  file.on('error', () => {});
  return {
    take: (lines) => void lines.pipe(file),
    written: async () => {
      const signal = AbortSignal.timeout(LOG_MS);
      if (!file.closed) await once(file, 'close', { signal }).catch(() => {});
    },
  };
}
