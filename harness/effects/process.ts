// Children of the harness, each in a process group of its own: a Ctrl-C on the terminal reaches only
// the harness, which heals first and ends its children afterwards, and ending a child ends its whole tree.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwritable } from './run-folder.ts';

export type StartOptions = {
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the child, as in `spawn`; default: that of the harness. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** stdout and stderr are appended here; its folder is made. */
  logFile: string;
  /** A `taskset` list such as `0-3`; null or absent: not pinned. */
  cores?: string | null;
  /** Scheduling priority as of `nice`, -20 to 19; only root may go below 0. Default: that of the harness. */
  niceness?: number;
};

/** How a child ended: `error` says why it could not be started, or that it could not be ended. */
export type ExitInfo = { code: number | null; signal: NodeJS.Signals | null; error: string | null };

export type ChildHandle = {
  name: string;
  /** Also the id of its process group; null when it could not be started. */
  pid: number | null;
  exited: Promise<ExitInfo>;
  exit(): ExitInfo | null;
  /** Sends a signal to the whole group; does nothing once the group is gone. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, after the grace SIGKILL, to the group; settles when nothing of the group is left. */
  stop(options: { graceMs: number }): Promise<ExitInfo>;
};

export type Processes = {
  start(options: StartOptions): ChildHandle;
  /** Those of which something still runs, be it only a leftover of their group. */
  living(): ChildHandle[];
  stopAll(options?: { graceMs: number }): Promise<void>;
};

const DEFAULT_GRACE_MS = 5_000;
/** SIGKILL is obeyed at once, unless the kernel holds the process (a hung disk): then we stop waiting. */
const PATIENCE_AFTER_KILL_MS = 5_000;
const POLL_MS = 20;
const LOG_TAIL_BYTES = 64 * 1024;

export type ProcessesOptions = {
  /** Added to the environment of every child, so that it can be told whose it is. */
  mark?: Record<string, string>;
  /** Called with the pid of every child, which is its process group's too. */
  onStart?: (pid: number) => void;
};

/** Starts children and remembers them, so that only what was started here is ever ended. */
export function createProcesses({ mark = {}, onStart }: ProcessesOptions = {}): Processes {
  const children = new Map<ChildHandle, Group>();
  const living = (): ChildHandle[] => {
    for (const [handle, group] of children) if (!group.lives()) children.delete(handle);
    return [...children.keys()];
  };
  return {
    start(options) {
      const group = startGroup({ ...options, env: { ...(options.env ?? process.env), ...mark } });
      const handle = handleOf(options.name, group);
      // Before anything that may fail: what was started is always ended.
      children.set(handle, group);
      if (group.pid !== null) onStart?.(group.pid);
      return handle;
    },
    living,
    async stopAll({ graceMs } = { graceMs: DEFAULT_GRACE_MS }) {
      await Promise.all(living().map((child) => child.stop({ graceMs })));
    },
  };
}

/** The last lines of a log, for error messages; none where there is no log. */
export async function lastLines(logFile: string, count: number): Promise<string[]> {
  const file = await open(logFile, 'r').catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  } finally {
    await file.close();
  }
}

/** What is started, watched and ended as one. */
export type Group = {
  pid: number | null;
  exited: Promise<ExitInfo>;
  exit(): ExitInfo | null;
  lives(): boolean;
  send(signal: NodeJS.Signals): void;
};

function startGroup(options: StartOptions): Group {
  const spawned = spawnInGroup(options);
  const pid = 'failure' in spawned ? null : (spawned.child.pid ?? null);
  let exit: ExitInfo | null = 'failure' in spawned ? spawned.failure : null;
  let gone = pid === null;
  const lives = (): boolean => {
    // The number of an empty group may be given to a stranger, so a group once gone is never asked again.
    if (pid !== null && !gone && exit !== null) gone = !groupLives(pid);
    return !gone;
  };
  const exited = 'failure' in spawned ? Promise.resolve(spawned.failure) : whenExited(spawned.child);
  const noted = exited.then((info) => {
    exit = info;
    lives();
    return info;
  });
  const send = (signal: NodeJS.Signals): void => {
    if (pid !== null && lives()) signalGroup(pid, signal);
  };
  return { pid, exited: noted, exit: () => exit, lives, send };
}

function spawnInGroup(options: StartOptions): { child: ChildProcess } | { failure: ExitInfo } {
  const { cores, command, args, cwd, env } = options;
  const log = openLog(options.logFile);
  try {
    // nice and taskset replace themselves by the command, so the pid is the command's.
    const [program, ...programArgs] = [
      ...(options.niceness ? ['nice', '-n', String(options.niceness)] : []),
      ...(cores ? ['taskset', '-c', cores] : []),
      command,
      ...args,
    ] as [string, ...string[]];
    return { child: spawn(program, programArgs, { cwd, env, detached: true, stdio: ['ignore', log, log] }) };
  } catch (error) {
    return { failure: failedStart(error) };
  } finally {
    closeSync(log);
  }
}

function openLog(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    throw unwritable(file, error);
  }
}

function whenExited(child: ChildProcess): Promise<ExitInfo> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(failedStart(error)));
    child.on('exit', (code, signal) => resolve({ code, signal, error: null }));
  });
}

function failedStart(error: unknown): ExitInfo {
  return { code: null, signal: null, error: error instanceof Error ? error.message : String(error) };
}

export function handleOf(name: string, group: Group): ChildHandle {
  let killAtMs = Number.POSITIVE_INFINITY;
  let stopping: Promise<ExitInfo> | null = null;
  return {
    name,
    pid: group.pid,
    exited: group.exited,
    exit: group.exit,
    signal: group.send,
    stop({ graceMs }) {
      // A second, more impatient call (another Ctrl-C) shortens the grace of the first.
      killAtMs = Math.min(killAtMs, performance.now() + graceMs);
      stopping ??= endGroup(group, () => killAtMs);
      return stopping;
    },
  };
}

async function endGroup(group: Group, killAtMs: () => number): Promise<ExitInfo> {
  if (group.pid === null) return group.exited;
  group.send('SIGTERM');
  // A paused process (the pause fault sends SIGSTOP) sees its SIGTERM only when it goes on.
  group.send('SIGCONT');
  while (group.lives()) {
    const lateMs = performance.now() - killAtMs();
    if (lateMs > PATIENCE_AFTER_KILL_MS) break;
    // Each time anew: a member may have forked between our looking and our killing.
    if (lateMs >= 0) group.send('SIGKILL');
    await sleep(POLL_MS);
  }
  const exit = group.exit() ?? { code: null, signal: null, error: null };
  if (!group.lives()) return exit;
  return {
    ...exit,
    error: `${group.pid} is still there ${PATIENCE_AFTER_KILL_MS} ms after SIGKILL`,
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    // ESRCH: nobody there. EPERM: only zombies (macOS) or nobody that is ours.
    return false;
  }
}

/** Zombies don't count: an orphan's zombie stays for ever where PID 1 does not reap (many containers). */
function groupLives(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && isLivingMember(entry, pid));
}

function isLivingMember(entry: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    // `pid (name) state ppid pgrp …`; the name may hold spaces and brackets.
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(pgrp) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false; // It ended while we looked.
  }
}
