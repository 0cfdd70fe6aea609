import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ActiveRun, RUN_MARK, readActiveRun } from './active-run.ts';
import { claimActiveRun } from './claim-run.ts';

const mine = { runId: 'mine', command: 'npm run chaos', runFolder: 'reports/runs/mine' };
/** No process has this number: it is above any that a system gives. */
const dead: ActiveRun = {
  ...mine,
  runId: 'dead',
  harness: { pid: 2 ** 30, startedAt: '1' },
  children: [],
};

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'gauntlet-claim-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

function leave(run: ActiveRun): void {
  writeFileSync(join(cache, 'active-run.json'), JSON.stringify(run));
}

test('after a run that died and left its file alone, as a restart of the machine does, the next goes ahead', async () => {
  leave(dead);
  await claimActiveRun(cache, mine);
  expect(readActiveRun(cache)?.runId).toBe('mine');
});

test('after a run that died and left a process the next is refused until that has ended', async () => {
  const left = spawn('sleep', ['60'], { env: { ...process.env, [RUN_MARK]: 'dead' }, stdio: 'ignore' });
  leave(dead);
  try {
    await expect(claimActiveRun(cache, mine)).rejects.toThrow('npm run heal');
  } finally {
    left.kill();
  }
  await new Promise((resolve) => left.once('exit', resolve));
  await claimActiveRun(cache, mine);
  expect(readActiveRun(cache)?.runId).toBe('mine');
});

test('what a dead run has in containers is not seen from here, so the next is refused', async () => {
  leave({ ...dead, runtime: 'containers' });
  await expect(claimActiveRun(cache, mine)).rejects.toThrow('npm run heal');
});
