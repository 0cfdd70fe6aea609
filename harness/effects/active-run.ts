import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { RuntimeName } from '#contract/names.ts';
import { isSameProcess, type ProcessIdentity, processIdentity } from './process-identity.ts';

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

export interface ActiveRunFile {
  addChild(pid: number): void;
  /** For a run that ended everything itself. */
  release(): void;
}

function activeRunPath(cacheDir: string): string {
  return join(cacheDir, 'active-run.json');
}

export function readActiveRun(cacheDir: string): ActiveRun | null {
  try {
    return JSON.parse(readFileSync(activeRunPath(cacheDir), 'utf8')) as ActiveRun;
  } catch {
    return null;
  }
}

/** A watchdog that is at work has ended and healed everything in this time. */
const WATCHDOG_MS = 2_500;
const POLL_MS = 50;

/** Makes this process the active run; refuses while another one is, and after one that died and left its file. */
export async function claimActiveRun(
  cacheDir: string,
  run: Omit<ActiveRun, 'harness' | 'children'>,
): Promise<ActiveRunFile> {
  const path = activeRunPath(cacheDir);
  const state: ActiveRun = { ...run, harness: processIdentity(process.pid), children: [] };
  for (const until = performance.now() + WATCHDOG_MS; !create(path, state); ) {
    const other = readActiveRun(cacheDir);
    const alive = other !== null && isSameProcess(other.harness);
    if (alive || performance.now() > until) throw refusal(other, alive);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {
    addChild(pid) {
      state.children.push(processIdentity(pid));
      try {
        writeFileSync(`${path}.part`, JSON.stringify(state));
        renameSync(`${path}.part`, path);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    release: () => releaseActiveRun(cacheDir),
  };
}

export function releaseActiveRun(cacheDir: string): void {
  rmSync(activeRunPath(cacheDir), { force: true });
}

/** False when the file is there already: only one process can make it. */
function create(path: string, state: ActiveRun): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    // "It exists" says here that a file stands where the folder should.
    throw unwritable(path, error);
  }
  try {
    writeFileSync(path, JSON.stringify(state), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): GauntletError {
  return new GauntletError(
    'cache-folder',
    `${path} can't be written, and without it nobody could heal after a crash: ${(error as Error).message}. ` +
      'GAUNTLET_CACHE names another folder.',
  );
}

function refusal(other: ActiveRun | null, alive: boolean): GauntletError {
  if (other && alive) {
    return new GauntletError(
      'run-active',
      `Another run is active: ${other.command} (process ${other.harness.pid}, ${other.runFolder}). ` +
        'Wait for it, or end it with Ctrl-C in its terminal.',
    );
  }
  return new GauntletError(
    'run-left-something',
    `A run died and may have left something${other ? ` (${other.command}, ${other.runFolder})` : ''}. Type: npm run heal`,
  );
}
