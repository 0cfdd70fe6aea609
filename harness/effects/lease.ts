import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';

/** For a harness that hangs; one that dies is noticed at once, by the end of the pipe. */
const LEASE_MS = 10_000;
const RENEW_MS = 250;
const DISMISS_MS = 2_000;

/** Starts the watchdog over a run and renews its lease until it is dismissed. */
export function startWatchdog(cacheDir: string, runId: string): { dismiss(): Promise<void> } {
  const script = join(import.meta.dirname, `watchdog${extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [script, cacheDir, runId, String(LEASE_MS)], {
    // A group of its own: what ends ours, or its terminal, must not end it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {}); // It may have been ended by hand; the run goes on without it.
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  const timer = setInterval(() => child.stdin.write('renew\n'), RENEW_MS);
  timer.unref();
  return {
    async dismiss() {
      clearInterval(timer);
      child.stdin.end('goodbye\n');
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, DISMISS_MS))]);
    },
  };
}
