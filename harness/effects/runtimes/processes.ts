import type { Processes } from '../process.ts';
import { processState } from '../process-state.ts';
import { provision } from '../provision/provision.ts';
import { findServer } from '../provision/servers.ts';
import { commandOf, type ServiceStart } from '../services.ts';
import type { Runtime, RuntimeKind } from './runtime.ts';

/** Every service is a process of this machine. */
export const processes: RuntimeKind = {
  findServers: (names, options) =>
    Promise.all(
      names.map((name) => (name === 'nats-server' ? provision(name, options) : findServer(name, options))),
    ),
  open: async ({ processes }) => asProcesses(processes),
  // They carry the run's mark, as its generator and its proxies do, and are found with those.
  removeLeft: async () => ({ ended: [], left: [] }),
};

export function asProcesses(processes: Processes): Runtime {
  return { tools: {}, launch: async (start, logFile) => launch(processes, start, logFile) };
}

function launch(processes: Processes, start: ServiceStart, logFile: string) {
  const child = processes.start({
    name: start.name,
    ...commandOf(start),
    env: { ...process.env, NODE_ENV: 'production' },
    logFile,
    cores: start.cores,
  });
  return { ...child, state: async () => (child.pid === null ? 'gone' : processState(child.pid)) } as const;
}
