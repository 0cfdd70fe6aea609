import { type Topology, topologyOf, type Variant } from '#contract/topology.ts';
import { createPorts } from './ports.ts';
import type { Processes } from './process.ts';
import { allotPorts, type RunningSystem, startSystem } from './system.ts';

export interface AloneSetup {
  /** All services that a system may have; those of the variant are started. */
  topology: Topology;
  processes: Processes;
  /** Paths of the programs that are services of the variant; absent where none is. */
  servers?: Readonly<Record<string, string>>;
  /** Whether the services can be asked for faults, as in a trial; default: they can't. */
  takesFaults?: boolean;
  /** Ends the wait for their readiness. */
  signal?: AbortSignal;
}

/** Starts a variant with nobody to load it: on all cores, with no proxy before any of its services. */
export async function startAlone(
  variant: Variant,
  { topology, processes, servers = {}, takesFaults = false, signal }: AloneSetup,
  folder: string,
): Promise<RunningSystem> {
  const parts = {
    topology: topologyOf(topology, variant),
    processes,
    ports: createPorts(),
    toxiproxy: null,
    servers,
    cores: { services: null, load: null },
  };
  const setup = { variant, proxiedLinks: [], signal: signal ?? new AbortController().signal };
  return startSystem(parts, setup, await allotPorts(parts, [], takesFaults), folder);
}
