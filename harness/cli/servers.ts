import { topologyOf, type Variant } from '#contract/topology.ts';
import type { ProvisionedTool, ProvisionOptions } from '#harness/effects/provision/provision.ts';
import { findServer } from '#harness/effects/provision/servers.ts';
import { maps } from './maps.ts';

/** The programs of others that are services of these variants; rejects where one is missing. */
export async function findServers(
  variants: readonly Variant[],
  options: Pick<ProvisionOptions, 'onProgress' | 'signal'>,
): Promise<ProvisionedTool[]> {
  const names = variants.flatMap((variant) =>
    topologyOf(maps.topology, variant).services.flatMap(({ server }) => server?.program ?? []),
  );
  return Promise.all([...new Set(names)].map((name) => findServer(name, options)));
}

export function pathsOf(found: readonly ProvisionedTool[]): Record<string, string> {
  return Object.fromEntries(found.map(({ name, path }) => [name, path]));
}
