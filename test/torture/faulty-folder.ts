import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Enough for the plan and the first seconds of a run. */
const SIZE = '16m';

/** A folder on a file system of its own that can be filled up and be made read-only while a run writes into it. */
export interface FaultyFolder {
  path: string;
  fill(): void;
  forbid(): void;
  release(): void;
}

/** Why no such folder can be made here; null where it can. */
export function whyNoFaultyFolder(): string | null {
  if (process.platform !== 'linux') return 'file systems are mounted in a way of Linux';
  if (process.getuid?.() !== 0) return 'only root may mount a file system';
  try {
    makeFaultyFolder().release();
    return null;
  } catch (error) {
    return `mounting failed: ${(error as Error).message.split('\n').at(-1)}`;
  }
}

export function makeFaultyFolder(): FaultyFolder {
  const parent = mkdtempSync(join(tmpdir(), 'gauntlet-faulty-'));
  const path = join(parent, 'runs');
  const readOnly = join(parent, 'read-only');
  for (const folder of [path, readOnly]) mkdirSync(folder);
  const mounted: string[] = [];
  const mountOn = (folder: string, ...args: string[]) => {
    mount(...args, folder);
    mounted.unshift(folder);
  };
  mountOn(path, '-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs');
  mountOn(readOnly, '--bind', path);
  // Read-only before anybody has a file of it open, which a mount that is in use can't become.
  mount('-o', 'remount,bind,ro', readOnly);
  return {
    path,
    fill: () => fillUp(join(path, 'filler')),
    // Above the first: files that are open stay as they are, and whoever opens one from now on finds it read-only.
    forbid: () => mountOn(path, '--bind', readOnly),
    release() {
      for (const folder of mounted.splice(0)) execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}

function fillUp(file: string): void {
  const block = Buffer.alloc(64 * 1024);
  const descriptor = openSync(file, 'w');
  try {
    // The last bytes too: smaller blocks when the large ones don't fit any more.
    for (let size = block.length; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) writeSync(descriptor, block, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
