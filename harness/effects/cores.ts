// Which cores run what: services on one half, load generator, proxies and harness on the other, so that
// a busy model server cannot starve the generator and be blamed, or praised, for it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TASKSET_TIMEOUT_MS = 5_000;

/** `taskset` lists; both null where there is nothing to divide. */
export type CorePlan = { services: string | null; load: string | null };

/** Divides the cores in two; an odd one goes to the load, where generator, proxies and harness share. */
export function planCores(allowed: readonly number[]): CorePlan {
  const cores = [...new Set(allowed)].sort((a, b) => a - b);
  if (cores.length < 2) return { services: null, load: null };
  const half = Math.floor(cores.length / 2);
  return { services: formatCores(cores.slice(0, half)), load: formatCores(cores.slice(half)) };
}

/** `[0, 1, 2, 5]` → `0-2,5`. Expects ascending numbers. */
export function formatCores(cores: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const core of cores) {
    const range = ranges.at(-1);
    if (range !== undefined && core === range[1] + 1) range[1] = core;
    else ranges.push([core, core]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** `0-2,5` or, with a stride, `0-6:2` → numbers; null where the text is not such a list. */
export function parseCores(text: string): number[] | null {
  const cores: number[] = [];
  for (const part of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+)(?::([1-9]\d*))?)?$/.exec(part);
    if (match === null) return null;
    const from = Number(match[1]);
    for (let core = from; core <= Number(match[2] ?? from); core += Number(match[3] ?? 1)) cores.push(core);
  }
  return cores;
}

/** The cores that this process may use; null where there is no `taskset` (macOS) to pin anything with. */
export async function allowedCores(taskset = 'taskset'): Promise<number[] | null> {
  try {
    const { stdout } = await run(taskset, ['-cp', `${process.pid}`], { timeout: TASKSET_TIMEOUT_MS });
    // `pid 4711's current affinity list: 0-3`; only the last word is the same in every language.
    return parseCores(/\S+\s*$/.exec(stdout)?.[0] ?? '');
  } catch {
    return null;
  }
}

/** Moves all threads of this process to the cores; false where that did not work. Children inherit it. */
export async function pinSelf(cores: string, taskset = 'taskset'): Promise<boolean> {
  try {
    await run(taskset, ['-acp', cores, `${process.pid}`], { timeout: TASKSET_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

/** Gives this process back the cores that `allowedCores` named before it was pinned. */
export async function unpinSelf(allowed: readonly number[]): Promise<boolean> {
  return pinSelf(formatCores([...allowed].sort((a, b) => a - b)));
}
