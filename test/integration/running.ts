import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '#contract/record.ts';
import type { Verdict } from '#contract/verdict.ts';

// Gauntlet's own command line as a process, for whoever watches, interrupts and kills it: tests and the torture.

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A command of Gauntlet under way, with what it printed so far. */
export interface Running {
  child: ChildProcess;
  /** Folder that holds the run folder and nothing else. */
  out: string;
  output(): string;
  /** Resolves when a line of the output matches. */
  seen(pattern: RegExp): Promise<void>;
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Processes that carry this run's mark in their environment: all that it started, wherever they hang. */
  processes(): string[];
  /** Ends what is left of the command itself, and removes its folder. */
  remove(): void;
}

export interface StartOptions {
  /** The command line before the arguments; default: node on the entry file. */
  through?: 'node' | 'npm';
  /** Added to, or in place of, the environment of the tests. */
  env?: NodeJS.ProcessEnv;
  /** The folder given as `--out`; false where the command takes none. Default: a new one. */
  out?: boolean | string;
  /** The project whose command line it is; default: this one. */
  project?: string;
  /** The folder that it is typed in; default: the project's. */
  cwd?: string;
}

/** Starts a command in a process group of its own, as a terminal does. */
export function start(
  args: readonly string[],
  { through = 'node', env = {}, out = true, project = root, cwd = project }: StartOptions = {},
): Running {
  const folder = typeof out === 'string' ? out : mkdtempSync(join(tmpdir(), 'gauntlet-test-'));
  const all = out === false ? [...args] : [...args, '--out', folder];
  const [command, commandArgs] =
    through === 'npm'
      ? ['npm', ['run', '--silent', all[0]!, '--', ...all.slice(1)]]
      : [
          process.execPath,
          ['--no-concurrent-recompilation', join(project, 'harness/cli/gauntlet.js'), ...all],
        ];
  return follow(command, commandArgs, folder, env, cwd);
}

/** The same on a pseudo-terminal, whose Ctrl-C is a byte on its input. */
export function startTerminal(args: readonly string[]): Running {
  const out = mkdtempSync(join(tmpdir(), 'gauntlet-test-'));
  const line = ['npm', 'run', '--silent', args[0]!, '--', ...args.slice(1), '--out', out].join(' ');
  return follow('script', ['-qefc', line, '/dev/null'], out);
}

function follow(
  command: string,
  args: readonly string[],
  out: string,
  extra: NodeJS.ProcessEnv = {},
  cwd = root,
): Running {
  const mark = `GAUNTLET_TEST=${randomUUID()}`;
  const [name, value] = mark.split('=') as [string, string];
  const path = `${root}node_modules/.bin:${process.env['PATH']}`;
  const env = { ...process.env, PATH: path, ...extra, [name]: value };
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  const waiting: { pattern: RegExp; resolve: () => void }[] = [];
  const take = (chunk: Buffer) => {
    text += chunk.toString();
    for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
  };
  child.stdout!.on('data', take);
  child.stderr!.on('data', take);
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  return {
    child,
    out,
    output: () => text,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        if (pattern.test(text)) resolve();
        waiting.push({ pattern, resolve });
        void exit.then(() => reject(new Error(`ended before ${pattern} was seen:\n${text}`)));
      }),
    exit,
    processes: () => markedProcesses(mark),
    remove: () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
      rmSync(out, { recursive: true, force: true });
    },
  };
}

/** Processes with such an entry in their environment, as `pid command line`. */
export function markedProcesses(mark: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        // A zombie has no command line; it waits for its parent to look, and does nothing more.
        return command === '' ? [] : [`${pid} ${command}`];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

function runFolder(out: string): string {
  return join(out, 'latest');
}

export function readVerdict(out: string): Verdict {
  return JSON.parse(readFileSync(join(runFolder(out), 'verdict.json'), 'utf8')) as Verdict;
}

export function readRecord(out: string): RunRecord {
  return JSON.parse(readFileSync(join(runFolder(out), 'record.json'), 'utf8')) as RunRecord;
}

export function readRunFile(out: string, name: string): string {
  return readFileSync(join(runFolder(out), name), 'utf8');
}

/** Ports of the newest run on which somebody still listens. */
export function openPorts(out: string): Promise<string[]> {
  return openPortsOf(runFolder(out));
}

/** The same of a run's own folder. */
export async function openPortsOf(folder: string): Promise<string[]> {
  const record = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as RunRecord;
  const trials = record.experiments.flatMap(({ trials }) => trials);
  const addresses = trials.flatMap(({ services, links }) => [
    ...services.map(({ address }) => new URL(address).host),
    ...links.map(({ listen }) => listen),
  ]);
  const open = await Promise.all(
    [...new Set(addresses)].map(async (at) => ((await answers(at)) ? [at] : [])),
  );
  return open.flat();
}

function answers(address: string): Promise<boolean> {
  const [host, port] = address.split(':') as [string, string];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
