import { topologyOf, type Variant } from '#contract/topology.ts';
import {
  type ProvisionedTool,
  type ProvisionOptions,
  provision,
} from '#harness/effects/provision/provision.ts';
import { findServer } from '#harness/effects/provision/servers.ts';
import { cacheDir } from './cache-dir.ts';
import { maps } from './maps.ts';

/** The programs of others that are services of these variants; made where that can be; rejects where one is missing. */
export async function findServers(
  variants: readonly Variant[],
  options: Pick<ProvisionOptions, 'onProgress' | 'signal'>,
): Promise<ProvisionedTool[]> {
  const names = variants.flatMap((variant) =>
    topologyOf(maps.topology, variant).services.flatMap(({ server }) => server?.program ?? []),
  );
  const all = [...new Set(names)].map((name) =>
    name === 'nats-server' ? provision(name, { cacheDir, ...options }) : findServer(name, options),
  );
  return Promise.all(all);
}

export function pathsOf(found: readonly ProvisionedTool[]): Record<string, string> {
  return Object.fromEntries(found.map(({ name, path }) => [name, path]));
}
