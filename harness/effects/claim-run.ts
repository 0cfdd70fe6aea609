import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { type ActiveRun, activeRunPath, readActiveRun, releaseActiveRun } from './active-run.ts';
import { isGone } from './heal-run.ts';
import { isSameProcess, processIdentity } from './process-identity.ts';

export interface ActiveRunFile {
  addChild(pid: number): void;
  /** For a run that ended everything itself. */
  release(): void;
}

/** A watchdog that is at work has ended and healed everything in this time. */
const WATCHDOG_MS = 2_500;
const POLL_MS = 50;

/**
 * Makes this process the active run; refuses while another one is, and after one that died and may have left more than
 * its file. After one of which nothing can be left, the machine having been restarted perhaps, it goes ahead.
 */
export async function claimActiveRun(
  cacheDir: string,
  run: Omit<ActiveRun, 'harness' | 'children'>,
): Promise<ActiveRunFile> {
  const path = activeRunPath(cacheDir);
  const state: ActiveRun = { ...run, harness: processIdentity(process.pid), children: [] };
  for (const until = performance.now() + WATCHDOG_MS; !create(path, state); ) {
    const other = readActiveRun(cacheDir);
    const alive = other !== null && isSameProcess(other.harness);
    const late = performance.now() > until;
    if (late && other && !alive && isGone(other)) releaseActiveRun(cacheDir);
    else if (late || alive) throw refusal(other, alive);
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
