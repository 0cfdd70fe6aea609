// A new program is made in a folder of its own beside its place in the cache, and gets there whole or not at all.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { askPinnedVersion, isProgram } from './program.ts';
import type { ToolSpec } from './tools.ts';
import type { Context, Found, Tried } from './way.ts';

/**
 * Lets `make` put the program into a folder, under its file name, and moves it into the cache. Whatever fails becomes
 * the `why`; aborted, it rejects with the signal's reason. The folder is gone in either case.
 */
export async function makeInStaging(
  spec: ToolSpec,
  context: Context,
  make: (staging: string) => Promise<Tried | null>,
): Promise<Found | Tried> {
  await removeDeadStagings(context.finalFolder);
  const staging = stagingFolder(context.finalFolder);
  try {
    await mkdir(staging, { recursive: true });
    const failure = await make(staging);
    context.signal?.throwIfAborted();
    return failure ?? (await moveIntoCache(staging, spec, context));
  } catch (error) {
    context.signal?.throwIfAborted();
    return { why: error instanceof Error ? error.message : String(error) };
  } finally {
    // Whatever became of it: what is good has been moved out by now.
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Puts a new program into the cache by renaming the file, which replaces whatever is there in one step: two makers at
 * once, or a broken leftover, never leave a moment without a whole program.
 */
async function moveIntoCache(staging: string, spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const made = await askPinnedVersion(join(staging, spec.binary), spec, context);
  if ('why' in made) return { why: `the new program will not do: ${made.why}` };
  const path = join(context.finalFolder, spec.binary);
  const first = (await isProgram(path)) ? await askPinnedVersion(path, spec, context) : null;
  if (first !== null && 'path' in first) return first; // Another process was quicker.
  await mkdir(context.finalFolder, { recursive: true });
  await rename(made.path, path);
  return { path, version: made.version };
}

/** Beside the final folder, so that the rename stays within one file system. */
function stagingFolder(finalFolder: string): string {
  return `${finalFolder}.staging-${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Only those of this host, whose process ids we can look up: a cache may be shared with containers. */
async function removeDeadStagings(finalFolder: string): Promise<void> {
  const folder = dirname(finalFolder);
  const prefix = `${basename(finalFolder)}.staging-${hostname()}-`;
  for (const entry of await readdir(folder).catch(() => [])) {
    const pid = entry.startsWith(prefix)
      ? /^(\d+)-[0-9a-f]+$/.exec(entry.slice(prefix.length))?.[1]
      : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
