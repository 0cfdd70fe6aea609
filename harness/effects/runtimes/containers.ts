import type { Launcher, RuntimeKind } from './runtime.ts';

// Loaded when they are wanted: testcontainers takes a third of a second, and a run with processes needs nothing of it.

/** Every service is a container on the network of this machine: the same addresses, proxies and faults as processes. */
export const containers: RuntimeKind = {
  startsProxies: true,
  async check() {
    const { connectDocker } = await import('../docker/client.ts');
    await connectDocker();
  },
  async findServers(names) {
    const { findImage } = await import('../docker/images.ts');
    return Promise.all(names.map(findImage));
  },
  async open(parts, { root, runId, onProgress }) {
    const { systemImage } = await import('../docker/images.ts');
    const { startContainer } = await import('../docker/container.ts');
    const { realEffects } = await import('../real.ts');
    const { image, tools } = await systemImage(root, onProgress);
    const launcher: Launcher = {
      launch: (start, logFile) => startContainer(start, { image, root, runId, logFile }),
    };
    return { tools, effects: realEffects({ ...parts, launcher }) };
  },
  async removeLeft(runId) {
    const { removeContainersOf } = await import('../docker/leftovers.ts');
    return removeContainersOf(runId);
  },
};
