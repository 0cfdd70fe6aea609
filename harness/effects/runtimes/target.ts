import type { RuntimeKind } from './runtime.ts';

/** The server is somebody's own and up already: load and faults reach it by proxies of the run. */
export const target: RuntimeKind = {
  startsProxies: true,
  check: async () => {},
  findServers: async () => [],
  async open(parts) {
    const { targetEffects } = await import('../target.ts');
    return { tools: {}, effects: targetEffects(parts) };
  },
  // The proxies carry the run's mark, and with them every fault is gone.
};
