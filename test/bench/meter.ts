import { readFileSync } from 'node:fs';
import { cpuSecondsOf } from '#harness/effects/cpu-times.ts';
import type { Taken } from './measurement.ts';

export interface Meter<N extends string> {
  /** What each took since the meter was made, shared among so many requests. */
  taken(requests: number): Record<N, Taken>;
}

/** Meters processes, each with the children that it has now. */
export function meterOf<N extends string>(pids: readonly (readonly [N, number])[]): Meter<N> {
  const families = pids.map(([name, pid]) => [name, [pid, ...childrenOf(pid)]] as const);
  const before = families.map(([, family]) => sumOf(family, secondsOf));
  return {
    taken(requests) {
      const entries = families.map(([name, family], i) => [
        name,
        {
          cpuMsPerRequest: (1000 * (sumOf(family, secondsOf) - before[i]!)) / requests,
          megabytes: sumOf(family, residentMegabytes),
        },
      ]);
      return Object.fromEntries(entries) as Record<N, Taken>;
    },
  };
}

function sumOf(family: readonly number[], figure: (pid: number) => number): number {
  return family.reduce((sum, pid) => sum + figure(pid), 0);
}

function secondsOf(pid: number): number {
  return cpuSecondsOf(pid) ?? Number.NaN;
}

function childrenOf(pid: number): number[] {
  return readOr('', `/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readOr('', `/proc/${pid}/status`))?.[1] ?? Number.NaN) / 1024;
}

function readOr(otherwise: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
