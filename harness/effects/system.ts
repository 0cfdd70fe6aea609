import { join } from 'node:path';
import type { StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import type { Link, ServiceName } from '#contract/names.ts';
import { linkEnds, linksOf, type ServiceSpec, type Topology } from '#contract/topology.ts';
import type { Ports } from './ports.ts';
import type { ChildHandle, Processes } from './process.ts';
import { asProcesses } from './runtimes/as-processes.ts';
import type { Launcher } from './runtimes/runtime.ts';
import { createServiceFaults, type ServiceFaults } from './service-faults.ts';
import {
  diedError,
  type ServiceStart,
  type StartedService,
  startService,
  waitUntilReady,
} from './services.ts';
import { controlToxiproxy, type ToxiproxyControl } from './toxiproxy.ts';

const SERVICE_GRACE_MS = 6_000;
/** A system that never came up has no request in flight. */
const UNUSED_GRACE_MS = 500;
const PROXY_GRACE_MS = 1_000;

export interface SystemParts {
  topology: Topology;
  /** Starts the services; absent: as processes. */
  launcher?: Launcher;
  processes: Processes;
  ports: Ports;
  /** Path of toxiproxy-server; null where no link is going to be proxied. */
  toxiproxy: string | null;
  /** Paths, or images, of the programs that are services of the variants; absent where none is. */
  servers?: Readonly<Record<string, string>>;
  cores: { services: string | null; load: string | null };
}

export type SystemSetup = Pick<StageSetup, 'variant' | 'proxiedLinks' | 'signal'>;

/** The processes of one variant. */
export interface RunningSystem {
  folder: string;
  services: StartedService[];
  toxiproxy: ToxiproxyControl | null;
  faults: ServiceFaults;
  listen: AllottedPorts['listen'];
  /** Rejects when a process dies that nobody stopped; never resolves. */
  died: Promise<never>;
  /** Stops them all; safe to call again. */
  close(): Promise<void>;
}

/** Starts the services of a variant and the proxies before them; resolves when every service is ready. */
export async function startSystem(
  parts: SystemParts,
  setup: SystemSetup,
  { servicePorts, faultPorts, listen }: AllottedPorts,
  folder: string,
): Promise<RunningSystem> {
  const { launcher = asProcesses(parts.processes) } = parts;
  const services: StartedService[] = [];
  let proxy: StartedProxy | null = null;
  let closing = false;
  const close = async (graceMs = SERVICE_GRACE_MS) => {
    closing = true;
    // Callers first: what they still have in flight may need their callees.
    for (const { child } of services.toReversed()) await child.stop({ graceMs });
    await proxy?.child.stop({ graceMs: PROXY_GRACE_MS });
  };
  const deaths = watchDeaths((child) => closing || faults.wasKilled(child));
  const faults = createServiceFaults(services, launcher, deaths.watchService);
  try {
    for (const spec of parts.topology.services) {
      const addressOf = (callee: ServiceName) =>
        `http://127.0.0.1:${listen.get(`${spec.name}->${callee}` as Link)}`;
      const port = servicePorts.get(spec.name)!;
      const faultPort = faultPorts.get(spec.name);
      const config = spec.config(setup.variant, port, addressOf, faultPort, join(folder, spec.name));
      const cores = parts.cores.services;
      const runs = programOf(spec, parts);
      const start = { name: spec.name, runs, port, faultPort, config, folder, cores };
      const service = await startService(launcher, start);
      services.push(service);
      deaths.watchService(service);
    }
    if (setup.proxiedLinks.length > 0) {
      proxy = await startProxy(parts, folder);
      deaths.watchProxy(proxy);
      for (const link of setup.proxiedLinks) {
        await proxy.control.addProxy(link, listen.get(link)!, servicePorts.get(linkEnds(link).to)!);
      }
    }
    await allReady(services, deaths.died, setup.signal);
  } catch (error) {
    await close(UNUSED_GRACE_MS);
    throw error;
  }
  const toxiproxy = proxy?.control ?? null;
  return { folder, services, toxiproxy, faults, listen, died: deaths.died, close: () => close() };
}

function programOf({ name, main, server }: ServiceSpec, { servers = {} }: SystemParts): ServiceStart['runs'] {
  if (main !== null) return { main };
  const path = server && servers[server.program];
  if (!server || path === undefined) throw new Error(`no program is there for ${name}`);
  return { server, path };
}

/** A proxy that dies meanwhile would only show as a service that never gets ready. */
async function allReady(
  services: readonly StartedService[],
  died: Promise<never>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([Promise.all(services.map((service) => waitUntilReady(service, waiting))), died]);
  } finally {
    over.abort();
  }
}

export interface AllottedPorts {
  servicePorts: ReadonlyMap<ServiceName, number>;
  /** Where a service can be asked for a fault; empty where none can. */
  faultPorts: ReadonlyMap<ServiceName, number>;
  /** Port that a caller of the link is given: the callee's, or its proxy's. */
  listen: ReadonlyMap<Link, number>;
}

/** A port for every service, and one more for every proxied link; for a trial, fault ports besides. */
export async function allotPorts(
  { topology, ports }: SystemParts,
  proxiedLinks: readonly Link[],
  isTrial: boolean,
): Promise<AllottedPorts> {
  const faultPorts = new Map<ServiceName, number>();
  const servicePorts = new Map<ServiceName, number>();
  const listen = new Map<Link, number>();
  for (const { name } of topology.services) {
    servicePorts.set(name, await ports.take());
    if (isTrial) faultPorts.set(name, await ports.take());
  }
  for (const link of linksOf(topology)) {
    listen.set(link, proxiedLinks.includes(link) ? await ports.take() : servicePorts.get(linkEnds(link).to)!);
  }
  return { servicePorts, faultPorts, listen };
}

export interface StartedProxy {
  child: ChildHandle;
  control: ToxiproxyControl;
}

export async function startProxy(
  { processes, ports, toxiproxy, cores }: Pick<SystemParts, 'processes' | 'ports' | 'toxiproxy' | 'cores'>,
  folder: string,
): Promise<StartedProxy> {
  if (toxiproxy === null) throw new Error('a proxied link needs Toxiproxy');
  const controlPort = await ports.take();
  const child = processes.start({
    name: 'toxiproxy',
    command: toxiproxy,
    args: ['-host', '127.0.0.1', '-port', String(controlPort)],
    // Its default is to log every connection.
    env: { ...process.env, LOG_LEVEL: 'error' },
    logFile: join(folder, 'toxiproxy.log'),
    cores: cores.load,
  });
  try {
    return { child, control: await controlToxiproxy(child, controlPort) };
  } catch (error) {
    await child.stop({ graceMs: PROXY_GRACE_MS });
    throw error;
  }
}

/** Rejects `died` when a watched process ends unexpectedly. */
function watchDeaths(isExpected: (child: ChildHandle) => boolean) {
  let reject: (error: GauntletError) => void;
  const died = new Promise<never>((_, r) => {
    reject = r;
  });
  // Not everybody who starts a system waits for its death.
  died.catch(() => {});
  return {
    died,
    watchService(service: StartedService): void {
      const { child } = service;
      void child.exited.then(async () => {
        if (!isExpected(child)) reject(await diedError(service, 'died'));
      });
    },
    watchProxy({ child }: StartedProxy): void {
      void child.exited.then(() => {
        if (!isExpected(child)) reject(new GauntletError('tool-died', 'Toxiproxy died.'));
      });
    },
  };
}
