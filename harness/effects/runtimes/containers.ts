import type { Runtime, RuntimeKind } from './runtime.ts';

// testcontainers takes a third of a second to load, and a run with processes needs nothing of it.

/** Every service is a container on the network of this machine: the same addresses, proxies and faults as processes. */
export const containers: RuntimeKind = {
  async findServers(names) {
    const { findImage } = await import('../docker/images.ts');
    return Promise.all(names.map(findImage));
  },
  async open({ root, runId, onProgress }): Promise<Runtime> {
    const { systemImage } = await import('../docker/images.ts');
    const { startContainer } = await import('../docker/container.ts');
    const { image, tools } = await systemImage(root, onProgress);
    return { tools, launch: (start, logFile) => startContainer(start, { image, root, runId, logFile }) };
  },
  async removeLeft(runId) {
    const { removeContainersOf } = await import('../docker/leftovers.ts');
    return removeContainersOf(runId);
  },
};
