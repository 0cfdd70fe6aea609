import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadBetween, type MachineLoad } from '../busy.ts';
import { coresOfThisProcess, printable, readCpuTimes } from './cpu-times.ts';

/** Long beside the kernel's ticks of 10 ms, and short beside the preparations of a run, which go on meanwhile. */
const SAMPLE_MS = 250;

/** How busy others keep the machine, over the next quarter of a second. */
export async function sampleLoad(): Promise<MachineLoad> {
  // Asked once: a run pins itself to some of them in between.
  const allowed = coresOfThisProcess();
  const before = readCpuTimes(allowed);
  await setTimeout(SAMPLE_MS);
  const after = readCpuTimes(allowed);
  const { others, busiest } = loadBetween(before, after);
  return {
    cores: after.cores,
    others,
    busiest: busiest.map((one) => ({ ...one, name: nameOf(one.pid) ?? one.name })),
    availableBytes: process.availableMemory(),
  };
}

/** Better known than the kernel's name for a process, which is MainThread for all that Node runs. */
function nameOf(pid: number): string | null {
  try {
    return commandName(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The program of a command line whose words end with a zero, with its script where the first argument is a file;
 * null for what has none. The other words may be private.
 */
export function commandName(commandLine: string): string | null {
  const [program, first] = commandLine.split('\0');
  if (!program) return null;
  const words = [program.split(' ')[0]!, ...(first && /^[^-].*\.\w+$/.test(first) ? [first] : [])];
  return words.map((word) => printable(basename(word))).join(' ');
}
