// A process of its own that outlives the harness, whatever ends it, and then heals. The harness writes a line into its
// input while it is well: that renews the lease of every fault. The end of the input means that the harness is dead, a
// lease that ran out that it is frozen; `goodbye` that all is well.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readActiveRun, releaseActiveRun } from './active-run.ts';
import { healRun } from './heal-run.ts';

const [cacheDir, runId, leaseMs] = process.argv.slice(2) as [string, string, string];

// Ctrl-C on a terminal is the harness's to answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

let renewedAt = performance.now();
let healing = false;

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  if (text.includes('goodbye')) process.exit(0);
  renewedAt = performance.now();
});
process.stdin.on('end', () => void heal('the harness died'));
process.stdin.on('error', () => void heal('the harness died'));
setInterval(() => {
  if (performance.now() - renewedAt > Number(leaseMs)) void heal('the harness did not renew the lease');
}, 100);

async function heal(why: string): Promise<void> {
  if (healing) return;
  healing = true;
  const run = readActiveRun(cacheDir);
  // Another run may have begun since: its file is not ours to act on.
  if (!run || run.runId !== runId) process.exit(0);
  const report = await healRun(run);
  try {
    const text = JSON.stringify({ why, at: new Date().toISOString(), ...report }, null, 2);
    writeFileSync(join(run.runFolder, 'healed-by-watchdog.json'), `${text}\n`);
  } catch {
    // A full disk must not keep the file below, which would stop every later run.
  }
  if (report.left.length === 0) releaseActiveRun(cacheDir);
  process.exit(report.left.length === 0 ? 0 : 5);
}
