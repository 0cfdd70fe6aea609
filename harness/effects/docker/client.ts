import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { GauntletError } from '#contract/errors.ts';

/** On every container of a run, with the run's id. */
export const RUN_LABEL = 'gauntlet.run';

/** Docker as testcontainers finds it: DOCKER_HOST, its context, or the usual sockets. */
export async function connectDocker(): Promise<ContainerRuntimeClient> {
  // testcontainers' own reaper is a container with Docker's socket in it; the run's watchdog does that work.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  // Elsewhere Docker runs in a machine of its own, on whose loopback the services would be.
  if (process.platform !== 'linux') throw missing(`'--runtime containers' needs Linux`);
  try {
    return await getContainerRuntimeClient();
  } catch {
    throw missing('Docker does not answer: start it (dockerd), or name it in DOCKER_HOST, and run again');
  }
}

function missing(why: string): GauntletError {
  return new GauntletError('tool-missing', `${why}. Without it '--runtime processes' plays the same.`);
}
