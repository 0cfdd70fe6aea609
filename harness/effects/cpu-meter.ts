import type { GeneratorCpu } from '#contract/record.ts';
import { coresOfProcess, cpuSecondsOf } from './cpu-times.ts';
import type { ChildHandle } from './process.ts';

/** A process takes its times with it when it ends, so they are read while it runs: the last reading is this old. */
const READ_MS = 200;

export interface CpuMeter {
  /** What the child took from the first reading to the last one; empty where the system doesn't tell. */
  used(): { cpu?: GeneratorCpu };
}

/** Reads from now on what a child takes of the processor, until it ends. The child is one process, as k6 is. */
export function meterCpu({ pid, exited }: Pick<ChildHandle, 'pid' | 'exited'>): CpuMeter {
  const cores = pid === null ? null : coresOfProcess(pid);
  const first = read(pid);
  let last = first;
  const timer = setInterval(() => {
    last = read(pid) ?? last;
  }, READ_MS);
  timer.unref();
  void exited.then(() => clearInterval(timer));
  return {
    used() {
      if (!first || !last || !cores || last.atMs <= first.atMs) return {};
      return {
        cpu: {
          cpuSeconds: rounded(last.cpuSeconds - first.cpuSeconds),
          playSeconds: rounded((last.atMs - first.atMs) / 1000),
          cores: cores.length,
        },
      };
    },
  };
}

function read(pid: number | null): { atMs: number; cpuSeconds: number } | null {
  const cpuSeconds = pid === null ? null : cpuSecondsOf(pid);
  return cpuSeconds === null ? null : { atMs: performance.now(), cpuSeconds };
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
