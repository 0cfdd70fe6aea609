import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type Row, told } from './row.ts';

const MOST_SECONDS = 20;
const MOST_GB = 1;
const READ_MS = 20;

const MAKE = fileURLToPath(new URL('large-run.ts', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../harness/cli/gauntlet.js', import.meta.url));

/** Ten million samples, read from disk, judged and rendered by the command that a user types. */
export async function judgeMany(signal: AbortSignal): Promise<Row[]> {
  const { seconds, bytes, code, text } = await reportOf(10_000_000, signal);
  if (code !== 0 || !text.includes('exit 0: pass')) throw new Error(`The report failed:\n${text}`);
  return [
    told('samples in the run (simulated, two variants, with a fault)', '10 million'),
    atMost('read, judged and rendered', seconds, MOST_SECONDS, 's'),
    atMost('memory at its highest', bytes / 1e9, MOST_GB, 'GB', 2),
  ];
}

/** What it took to report on a saved run of so many samples. */
export async function reportOf(samples: number, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  try {
    const args = [MAKE, folder, String(samples)];
    const { stdout: path } = await promisify(execFile)(process.execPath, args, { signal });
    return await measured([ENTRY, 'report', path], signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs node to its end; its wall-clock time, and its resident memory at its highest by the kernel's own account. */
async function measured(args: readonly string[], signal: AbortSignal) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  let bytes = 0;
  const timer = setInterval(() => {
    bytes = Math.max(bytes, highestMemory(child.pid));
  }, READ_MS);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  clearInterval(timer);
  return { seconds: (performance.now() - startedAt) / 1000, bytes, code, text };
}

function highestMemory(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
