import { provision } from '../provision/provision.ts';
import { findServer } from '../provision/servers.ts';
import { asProcesses } from './as-processes.ts';
import type { RuntimeKind } from './runtime.ts';

/** Every service is a process of this machine. */
export const processes: RuntimeKind = {
  startsProxies: true,
  check: async () => {},
  findServers: (names, options) =>
    Promise.all(
      names.map((name) => (name === 'nats-server' ? provision(name, options) : findServer(name, options))),
    ),
  async open(parts) {
    const { realEffects } = await import('../real.ts');
    return { tools: {}, effects: realEffects({ ...parts, launcher: asProcesses(parts.processes) }) };
  },
  // They carry the run's mark, as its generator and its proxies do, and are found with those.
};
