import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allowedCores } from './cores.ts';
import { type ChildHandle, createProcesses, lastLines, type Processes } from './process.ts';

const cores = await allowedCores();
let folder: string;
let logFile: string;
let processes: Processes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-process-'));
  logFile = join(folder, 'logs', 'child.log');
  processes = createProcesses();
});

afterEach(async () => {
  await processes.stopAll({ graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

const startShell = (script: string): ChildHandle =>
  processes.start({ name: 'child', command: 'sh', args: ['-c', script], logFile });

/** Waits for a line in the log, so that a signal never comes before the script is ready for it. */
async function logged(line: string): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if ((await lastLines(logFile, 50)).includes(line)) return;
    await sleep(20);
  }
  throw new Error(`'${line}' did not come; the log has: ${await lastLines(logFile, 50)}`);
}

/** The pids that a script wrote as `pid 4711`. */
function loggedPids(): number[] {
  return [...readFileSync(logFile, 'utf8').matchAll(/^pid (\d+)$/gm)].map((match) => Number(match[1]));
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a child', () => {
  test('leads a process group of its own, and its output is appended to the log', async () => {
    await startShell('echo first; echo second >&2').exited;
    const second = startShell('echo pid $$; exit 3');
    expect(await second.exited).toEqual({ code: 3, signal: null, error: null });
    expect(await lastLines(logFile, 9)).toEqual(['first', 'second', `pid ${second.pid}`]);
  });

  test('that cannot be started is an exit with an error', async () => {
    const child = processes.start({ name: 'child', command: join(folder, 'nothing'), args: [], logFile });
    expect(child.exit()).toBeNull();
    expect((await child.exited).error).toContain('ENOENT');
    expect(child.pid).toBeNull();
    child.signal('SIGTERM');
    expect((await child.stop({ graceMs: 0 })).error).toContain('ENOENT');
    expect(processes.living()).toEqual([]);
  });

  test('that cannot be started is stopped with that error, even before it is known', async () => {
    const child = processes.start({ name: 'child', command: join(folder, 'nothing'), args: [], logFile });
    expect((await child.stop({ graceMs: 0 })).error).toContain('ENOENT');
  });

  test('with arguments that no program can be given is an exit with an error, too', async () => {
    const child = processes.start({ name: 'child', command: 'echo', args: ['\0'], logFile });
    expect((await child.exited).error).toContain('null bytes');
  });

  test.skipIf(cores === null)('runs on the cores it was given', async () => {
    const core = `${cores?.at(-1)}`;
    const options = { name: 'child', args: ['Cpus_allowed_list', '/proc/self/status'], logFile };
    await processes.start({ ...options, command: 'grep', cores: core }).exited;
    expect(await lastLines(logFile, 1)).toEqual([`Cpus_allowed_list:\t${core}`]);
  });

  test('killed by a signal says which, and is no longer living', async () => {
    const child = processes.start({ name: 'child', command: 'sleep', args: ['60'], logFile });
    expect(processes.living()).toEqual([child]);
    child.signal('SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL', error: null });
    expect(processes.living()).toEqual([]);
  });
});

describe('stop', () => {
  test('leaves none of a tree with grandchildren', async () => {
    const child = startShell(
      'sh -c \'echo pid $$; sh -c "echo pid \\$\\$; sleep 60; true"; true\' & echo pid $$; sleep 60; true',
    );
    while (loggedPids().length < 3) await sleep(20);
    await child.stop({ graceMs: 5_000 });
    expect(loggedPids().filter(runs)).toEqual([]);
    expect(processes.living()).toEqual([]);
  });

  test('gives a child the time to end by itself', async () => {
    const child = startShell("trap 'sleep 0.3; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    await logged('ready');
    expect(await child.stop({ graceMs: 5_000 })).toEqual({ code: 7, signal: null, error: null });
  });

  test('kills a child that ignores SIGTERM after the grace, not before', async () => {
    const child = startShell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    await logged('ready');
    const startedMs = performance.now();
    expect(await child.stop({ graceMs: 300 })).toMatchObject({ signal: 'SIGKILL' });
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(300);
    expect(tookMs).toBeLessThan(3_000);
  });

  test('ends what a child left behind when it exited', async () => {
    const child = startShell("(trap '' TERM; echo ready; while :; do sleep 0.05; done) & exit 0");
    await child.exited;
    await logged('ready');
    expect(processes.living()).toEqual([child]);
    expect(await child.stop({ graceMs: 100 })).toEqual({ code: 0, signal: null, error: null });
    expect(processes.living()).toEqual([]);
  });

  test('wakes a paused child, so that it can end by itself', async () => {
    const child = startShell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    await logged('ready');
    child.signal('SIGSTOP');
    expect(await child.stop({ graceMs: 5_000 })).toMatchObject({ code: 7 });
  });

  test('asked twice gives the same end, and the shorter grace counts', async () => {
    const child = startShell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    await logged('ready');
    const startedMs = performance.now();
    const patient = child.stop({ graceMs: 60_000 });
    const impatient = child.stop({ graceMs: 50 });
    expect(await patient).toEqual(await impatient);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(await child.stop({ graceMs: 0 })).toEqual(await patient);
  });
});

test('stopAll ends all that was started here and nothing else', async () => {
  const others = createProcesses();
  const stranger = others.start({ name: 'stranger', command: 'sleep', args: ['60'], logFile });
  startShell('sleep 60; true');
  startShell('sleep 60; true');
  await processes.stopAll();
  expect(processes.living()).toEqual([]);
  expect(others.living()).toEqual([stranger]);
  await others.stopAll();
});

test('lastLines gives the end of a long log, and nothing for a log that is not there', async () => {
  await startShell('seq 1 100000').exited;
  expect(await lastLines(logFile, 2)).toEqual(['99999', '100000']);
  expect(await lastLines(join(folder, 'none.log'), 2)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['logs']);
});
