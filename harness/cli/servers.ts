import type { RuntimeName } from '#contract/names.ts';
import { topologyOf, type Variant } from '#contract/topology.ts';
import type { ProvisionedTool, ProvisionOptions } from '#harness/effects/provision/provision.ts';
import { runtimes } from '#harness/effects/runtimes/index.ts';
import { cacheDir } from './cache-dir.ts';
import { maps } from './maps.ts';

/** The programs of others that are services of these variants; made where that can be; rejects where one is missing. */
export async function findServers(
  variants: readonly Variant[],
  options: Pick<ProvisionOptions, 'onProgress' | 'signal'>,
  runtime: RuntimeName = 'processes',
): Promise<ProvisionedTool[]> {
  const names = variants.flatMap((variant) =>
    topologyOf(maps.topology, variant).services.flatMap(({ server }) => server?.program ?? []),
  );
  return runtimes[runtime].findServers([...new Set(names)], { cacheDir, ...options });
}

export function pathsOf(found: readonly ProvisionedTool[]): Record<string, string> {
  return Object.fromEntries(found.map(({ name, path }) => [name, path]));
}
