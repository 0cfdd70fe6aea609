import { readdirSync, readFileSync } from 'node:fs';
import { type ActiveRun, RUN_MARK } from './active-run.ts';
import { isSameProcess, processIdentity } from './process-identity.ts';
import { runtimes } from './runtimes/index.ts';
import type { RuntimeKind } from './runtimes/runtime.ts';

const GONE_WITHIN_MS = 1_500;
const POLL_MS = 20;

/** What was found of a dead run, and what became of it. */
export interface HealReport {
  /** `pid command`, or a container, ended. */
  ended: string[];
  /** Still there. */
  left: string[];
}

/**
 * Ends all that a dead run left. Its services, proxies and generator are its own, so with them every toxic, every
 * stopped process and every load is gone.
 */
export async function healRun(run: ActiveRun): Promise<HealReport> {
  const elsewhere = runtimeOf(run).removeLeft?.(run.runId) ?? { ended: [], left: [] };
  const reports = await Promise.all([endProcessesOf(run), elsewhere]);
  return { ended: reports.flatMap(({ ended }) => ended), left: reports.flatMap(({ left }) => left) };
}

/**
 * Whether nothing of a dead run can be left: all of it were processes, and none is there. Where environments can't be
 * read nobody knows, since a group leader may be gone and its children not.
 */
export function isGone(run: ActiveRun): boolean {
  if (process.platform !== 'linux') return false;
  return runtimeOf(run).removeLeft === undefined && leftovers(run).length === 0;
}

function runtimeOf(run: ActiveRun): RuntimeKind {
  return runtimes[run.runtime ?? 'processes'];
}

async function endProcessesOf(run: ActiveRun): Promise<HealReport> {
  const found = leftovers(run);
  const ended = found.map(describe);
  for (const until = performance.now() + GONE_WITHIN_MS; ; ) {
    // Looked for anew each time: a member may have been forked between our looking and our killing.
    const left = leftovers(run);
    if (left.length === 0) return { ended, left: [] };
    if (performance.now() > until) return { ended, left: left.map(describe) };
    for (const pid of left) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Processes that carry the run's mark; where environments can't be read, the group leaders that it wrote down. */
function leftovers(run: ActiveRun): number[] {
  if (process.platform !== 'linux') return run.children.filter(isSameProcess).map(({ pid }) => pid);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && carriesMark(pid, run.runId));
}

function carriesMark(pid: number, runId: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return environment.includes(`${RUN_MARK}=${runId}`) && processIdentity(pid).startedAt !== null;
  } catch {
    return false; // It ended while we looked, or it isn't ours.
  }
}

function kill(pid: number): void {
  try {
    // SIGKILL ends a stopped process too.
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function describe(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()}`;
  } catch {
    return String(pid);
  }
}
