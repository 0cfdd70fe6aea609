import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type ProcessState = 'running' | 'stopped' | 'gone';

/** What the system says of a process; a zombie is gone. */
export function processState(pid: number): ProcessState {
  const letter = stateLetter(pid);
  if (letter === '' || letter === 'Z' || letter === 'X') return 'gone';
  return letter === 'T' ? 'stopped' : 'running';
}

function stateLetter(pid: number): string {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // `pid (name) state …`; the name may hold spaces and brackets.
      return stat.charAt(stat.lastIndexOf(')') + 2);
    }
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .charAt(0);
  } catch {
    return '';
  }
}
