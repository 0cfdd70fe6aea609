import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeName } from '#contract/names.ts';
import type { ProcessIdentity } from './process-identity.ts';

// One run at a time: two would share cores, and each would be the other's noisy neighbour. The file says who runs and
// what it started, so that whoever comes later, watchdog or person, can end and heal all of it.

/** In the environment of everything that a run starts. */
export const RUN_MARK = 'GAUNTLET_RUN';

export interface ActiveRun {
  runId: string;
  command: string;
  runFolder: string;
  /** What its services are; absent: processes. */
  runtime?: RuntimeName;
  harness: ProcessIdentity;
  /** Leaders of the process groups that were started. */
  children: ProcessIdentity[];
}

export function activeRunPath(cacheDir: string): string {
  return join(cacheDir, 'active-run.json');
}

export function readActiveRun(cacheDir: string): ActiveRun | null {
  try {
    return JSON.parse(readFileSync(activeRunPath(cacheDir), 'utf8')) as ActiveRun;
  } catch {
    return null;
  }
}

export function releaseActiveRun(cacheDir: string): void {
  rmSync(activeRunPath(cacheDir), { force: true });
}
