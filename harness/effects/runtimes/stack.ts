import type { RuntimeKind } from './runtime.ts';

/** The services are up already, as docker-compose.yml says: nothing is started, and only links are faulted. */
export const stack: RuntimeKind = {
  startsProxies: false,
  findServers: async () => [],
  async open(parts) {
    const { mustBeUp, stackEffects } = await import('../stack.ts');
    await mustBeUp();
    return { tools: {}, effects: stackEffects(parts) };
  },
  async removeLeft() {
    const { healStack } = await import('../stack.ts');
    return healStack();
  },
};
