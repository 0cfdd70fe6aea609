import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { system } from '#sut/system.ts';
import type { Dose } from './dose.ts';
import { withSystem } from './driven-system.ts';
import { questionTo } from './question.ts';
import { atMost, type Row, told } from './row.ts';

const run = promisify(execFile);
const ENTRY = fileURLToPath(new URL('../../harness/cli/gauntlet.js', import.meta.url));
/** As the npm scripts start it. */
const NODE_FLAGS = ['--no-concurrent-recompilation'];
const TIMES = 7;
const LOOK_EVERY_MS = 10;
const MOST_MS = 60_000;
/** A help text comes as soon as it is asked for. */
const MOST_HELP_MS = 150;
/** With k6 and Toxiproxy in the cache. */
const MOST_FIRST_REQUEST_S = 5;
const FIRST_REQUEST = "loadtest steady-1000, from its start to the tape's first instant";

/** How long a user waits: for a help text, for the reference system, and for a run's first request. */
export async function startup({ signal, say }: Dose): Promise<Row[]> {
  say('--help');
  const bareMs = await medianMs(['-e', '0'], signal);
  const helpMs = await medianMs([ENTRY, '--help'], signal);
  const verbHelpMs = await medianMs([ENTRY, 'loadtest', '--help'], signal);
  say('the first answer');
  const answerMs = await firstAnswerMs(signal);
  say('the first request of a run');
  const request = await firstRequest(signal);
  return [
    told('node itself, from start to end, nothing to do', `${bareMs.toFixed(0)} ms`),
    atMost('gauntlet --help, run by node itself', helpMs, MOST_HELP_MS, 'ms', 0),
    atMost('gauntlet loadtest --help, run by node itself', verbHelpMs, MOST_HELP_MS, 'ms', 0),
    told('reference system, from its start to its first answer', `${answerMs.toFixed(0)} ms`),
    'seconds' in request
      ? atMost(FIRST_REQUEST, request.seconds, MOST_FIRST_REQUEST_S, 's', 2)
      : { ...atMost(FIRST_REQUEST, Number.NaN, MOST_FIRST_REQUEST_S, 's'), seen: request.missing },
  ];
}

async function medianMs(args: readonly string[], signal: AbortSignal): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < TIMES; i += 1) {
    const started = performance.now();
    await run(process.execPath, [...NODE_FLAGS, ...args], { signal });
    all.push(performance.now() - started);
  }
  return all.sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
}

async function firstAnswerMs(signal: AbortSignal): Promise<number> {
  const { body, headers, check } = await questionTo('mlp-1', 'JSON', 1);
  const started = performance.now();
  return withSystem(system(), signal, async ({ urlOf }) => {
    const answer = await fetch(urlOf('gateway'), { method: 'POST', headers, body: Buffer.from(body) });
    check(Object.fromEntries(answer.headers), new Uint8Array(await answer.arrayBuffer()));
    return performance.now() - started;
  });
}

/** Starts a run as a user does, and ends it as soon as its record says when the tape began. */
async function firstRequest(signal: AbortSignal): Promise<{ seconds: number } | { missing: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'gauntlet-bench-'));
  const startedAt = Date.now();
  const args = [...NODE_FLAGS, ENTRY, 'loadtest', 'steady-1000', '--rate', '100', '--duration', '5'];
  const child = spawn(process.execPath, [...args, '--out', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  try {
    while (child.exitCode === null && Date.now() - startedAt < MOST_MS) {
      signal.throwIfAborted();
      const t0 = await firstInstantIn(folder);
      if (t0 !== null) return { seconds: (t0 - startedAt) / 1000 };
      await sleep(LOOK_EVERY_MS);
    }
    return { missing: `not measured: ${text.trim().split('\n').at(-1)}` };
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGINT');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstInstantIn(folder: string): Promise<number | null> {
  for (const run of await readdir(folder)) {
    const text = await readFile(join(folder, run, 'record.json'), 'utf8').catch(() => '');
    // Written anew while it is read, it may be cut off.
    const found = /"t0":\s*(\d+)/.exec(text)?.[1];
    if (found !== undefined) return Number(found);
  }
  return null;
}
