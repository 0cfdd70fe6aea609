import type { RuntimeKind } from './runtime.ts';

/** The services are up already, as docker-compose.yml says: nothing is started, and only links are faulted. */
export const stack: RuntimeKind = {
  startsProxies: false,
  async check() {
    const { mustBeUp } = await import('../stack.ts');
    await mustBeUp();
  },
  findServers: async () => [],
  async open(parts) {
    const { stackEffects } = await import('../stack.ts');
    return { tools: {}, effects: stackEffects(parts) };
  },
  async removeLeft() {
    const { healStack } = await import('../stack.ts');
    return healStack();
  },
};
