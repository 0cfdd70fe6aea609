import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GauntletError } from '#contract/errors.ts';
import type { Topology } from '#contract/topology.ts';

/** Where a version of this project says how its system hangs together. */
export const TOPOLOGY_FILE = 'sut/topology.ts';

/**
 * The system of another version of this project: its own services, and configurations in the shape that they know.
 * Rejects where it has none, or none that this version can start.
 */
export async function topologyIn(folder: string): Promise<Topology> {
  const file = join(folder, TOPOLOGY_FILE);
  try {
    const { topology } = (await import(pathToFileURL(file).href)) as { topology?: Topology };
    if (topology === undefined) throw new Error('it exports no topology');
    return topology;
  } catch (error) {
    throw new GauntletError(
      'bad-commit',
      `The system in ${folder} can't be started: ${TOPOLOGY_FILE}: ${(error as Error).message}`,
    );
  }
}
