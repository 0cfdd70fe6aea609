import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActiveRun } from '#harness/effects/active-run.ts';
import { claimActiveRun } from '#harness/effects/claim-run.ts';
import { startDetached } from '#harness/effects/detached.ts';
import { cacheDir } from './cache-dir.ts';
import type { PlayOptions } from './options.ts';

const gauntlet = fileURLToPath(new URL('./gauntlet.js', import.meta.url));
/** Tells the command that goes on in the background which run it is. */
const RUN_ID = 'GAUNTLET_RUN_ID';

/** The id that a run in the background was given by whoever started it; undefined in the foreground. */
export function runIdFromOutside(): string | undefined {
  const given = process.env[RUN_ID];
  // Whatever this run starts is not that run.
  delete process.env[RUN_ID];
  return given;
}

/**
 * Starts the command again, in a session of its own and with its output in the run folder, and says how to follow, stop
 * and go on with it. Refuses while another run is active.
 */
export async function startInBackground(
  run: Pick<ActiveRun, 'runId' | 'command' | 'runFolder' | 'runtime'>,
  args: readonly string[],
): Promise<string> {
  const claim = await claimActiveRun(cacheDir, run);
  claim.release();
  const log = join(run.runFolder, 'output.log');
  const pid = startDetached([...process.execArgv, gauntlet, ...args], log, { [RUN_ID]: run.runId });
  return [
    `In the background, as process ${pid}: ${run.runFolder}`,
    `  follow it        tail -f ${log}`,
    `  stop and heal    kill -INT ${pid}`,
    `  go on with it    npm run ${args[0]} -- --resume ${run.runFolder}`,
  ].join('\n');
}

/** The command line of what goes on: the same, but in the foreground. */
export function foregroundArguments(
  command: string,
  { out, remeasure, metricsPort }: PlayOptions,
  typed: readonly string[],
  resumedFolder: string | undefined,
): string[] {
  return [
    command,
    ...(resumedFolder === undefined ? typed : ['--resume', resumedFolder]),
    ...(out === undefined ? [] : ['--out', out]),
    ...(remeasure ? ['--remeasure'] : []),
    ...(metricsPort === undefined ? [] : ['--metrics-port', `${metricsPort.host}:${metricsPort.port}`]),
  ];
}
