import { GauntletError } from '#contract/errors.ts';
import type { HealReport } from '../heal-run.ts';
import { connectDocker, RUN_LABEL } from './client.ts';

/** Removes every container that carries the run's label, running, paused or ended. */
export async function removeContainersOf(runId: string): Promise<HealReport> {
  try {
    const { dockerode } = (await connectDocker()).container;
    const find = () => dockerode.listContainers({ all: true, filters: { label: [`${RUN_LABEL}=${runId}`] } });
    const found = await find();
    // Another, the harness perhaps, may be removing the same one: what counts is what is there afterwards.
    await Promise.all(
      found.map(({ Id }) =>
        dockerode
          .getContainer(Id)
          .remove({ force: true, v: true })
          .catch(() => {}),
      ),
    );
    return { ended: found.map(describe), left: (await find()).map(describe) };
  } catch (error) {
    const why = error instanceof GauntletError ? error.message : String(error);
    return { ended: [], left: [`containers with the label ${RUN_LABEL}=${runId}, perhaps: ${why}`] };
  }
}

function describe({
  Id,
  Image,
  Labels,
}: {
  Id: string;
  Image: string;
  Labels: Record<string, string>;
}): string {
  return `container ${Id.slice(0, 12)} ${Labels['gauntlet.service'] ?? Image}`;
}
