import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { CpuTimes } from '../busy.ts';
import { parseCores } from './cores.ts';

/** The cores that this process may use; null where nobody says. */
export function coresOfThisProcess(): number[] | null {
  return coresOfProcess('self');
}

export function coresOfProcess(pid: number | 'self'): number[] | null {
  const status = readOr('', `/proc/${pid}/status`);
  return parseCores(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
}

/** What these cores, or all, did until now. Linux tells who it was; elsewhere it is known only how much. */
export function readCpuTimes(allowed: readonly number[] | null): CpuTimes {
  const times = parseCoreTimes(readOr('', '/proc/stat'), allowed);
  return times ? { ...times, ...divide(readProcesses(), process.pid) } : readAnywhere();
}

/** Here the processes that this one started count among the others; at the start of a command they do little. */
function readAnywhere(): CpuTimes {
  const all = cpus().map(({ times }) => times);
  const busy = all.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0);
  const idle = all.reduce((sum, times) => sum + times.idle, 0);
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  return { cores: all.length, total: busy + idle, busy, own, others: new Map() };
}

/**
 * The lines of /proc/stat of these cores, or of all; null where it has none. What a hypervisor gave to others is work
 * of others.
 */
export function parseCoreTimes(
  text: string,
  allowed: readonly number[] | null,
): Pick<CpuTimes, 'cores' | 'total' | 'busy'> | null {
  const lines = [...text.matchAll(/^cpu(\d+) (.+)$/gm)].filter(
    ([, core]) => allowed?.includes(Number(core)) ?? true,
  );
  let total = 0;
  let idle = 0;
  for (const [, , numbers] of lines) {
    // user nice system idle iowait irq softirq steal; guests, which follow, are within user and nice.
    const times = numbers!.trim().split(/\s+/).map(Number).slice(0, 8);
    total += times.reduce((sum, time) => sum + time, 0);
    idle += times[3]! + (times[4] ?? 0);
  }
  return lines.length === 0 ? null : { cores: lines.length, total, busy: total - idle };
}

export interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  busy: number;
  /** Of its children that have ended. */
  reaped: number;
}

/** /proc/<pid>/stat: `pid (name) state parent …`; the name may hold anything, brackets and escapes too. */
export function parseProcessTimes(text: string): ProcessTimes | null {
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.+)$/s.exec(text.trimEnd()) ?? [];
  if (pid === undefined) return null;
  const fields = rest!.split(' ').map(Number);
  const [utime, stime, cutime, cstime] = fields.slice(11, 15) as [number, number, number, number];
  return {
    pid: Number(pid),
    parent: fields[1]!,
    name: printable(name!),
    busy: utime + stime,
    reaped: cutime + cstime,
  };
}

/** A name may hold anything, and what a terminal obeys must not reach one. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

/** Tells the work of a process and its descendants, those that have ended included, from that of all others. */
export function divide(processes: readonly ProcessTimes[], ownPid: number): Pick<CpuTimes, 'own' | 'others'> {
  const ours = familyOf(processes, ownPid);
  const own = processes
    .filter(({ pid }) => ours.has(pid))
    .reduce((sum, { busy, reaped }) => sum + busy + reaped, 0);
  const others = processes.filter(({ pid }) => !ours.has(pid));
  return { own, others: new Map(others.map(({ pid, name, busy }) => [pid, { name, busy }])) };
}

function familyOf(processes: readonly ProcessTimes[], root: number): Set<number> {
  const family = new Set([root]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/** Linux counts in hundredths of a second wherever it tells a program, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of a process, its threads and the children that it has waited for; null where nobody says. */
export function cpuSecondsOf(pid: number): number | null {
  const times = parseProcessTimes(readOr('', `/proc/${pid}/stat`));
  return times && (times.busy + times.reaped) / TICKS_PER_SECOND;
}

function readProcesses(): ProcessTimes[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // Empty for one that has ended since.
      const found = parseProcessTimes(readOr('', `/proc/${pid}/stat`));
      return found ? [found] : [];
    });
}

function readOr(otherwise: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
