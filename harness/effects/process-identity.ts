import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process number is given to a stranger after its process has ended; together with its start it is not. */
export interface ProcessIdentity {
  pid: number;
  /** As the system counts it; null where it can't be read. */
  startedAt: string | null;
}

export function processIdentity(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

/** Whether the process that was identified is still there. */
export function isSameProcess({ pid, startedAt }: ProcessIdentity): boolean {
  const now = startOf(pid);
  return now !== null && now === startedAt;
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // `pid (name) state …`; the name may hold spaces and brackets. Field 22 is the start time in clock ticks.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : fields[19]!;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
