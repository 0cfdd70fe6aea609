// k6 and Toxiproxy are programs, not npm packages. Each is found, or made, in one of few ways, tried in
// order; when all fail, one error names every way, why it did not work, and what to do.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve as absolute, basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GauntletError } from '../contract/errors.ts';
import { createProcesses, lastLines } from './process.ts';

export type ToolSpec = {
  /** File name of the program. */
  binary: string;
  /** Go package that builds it, and the module of that package, pinned in tools/go.mod. */
  goPackage: string;
  goModule: string;
  versionArgs: readonly string[];
  versionEnv: Readonly<Record<string, string>>;
  /** Finds the version in what the program prints; its first group is the bare number. */
  versionPattern: RegExp;
  /** Whether a program found on PATH will do, and the same in words. */
  accepts: (version: string) => boolean;
  accepted: string;
  /** What the linker must be told, such as a version that the source does not know. */
  ldflags: (version: string) => string;
};

export const tools = {
  k6: {
    binary: 'k6',
    goPackage: 'go.k6.io/k6/v2',
    goModule: 'go.k6.io/k6/v2',
    versionArgs: ['version'],
    versionEnv: { K6_AUTO_EXTENSION_RESOLUTION: 'false' },
    versionPattern: /\bv(\d+\.\d+\.\d+\S*)/,
    accepts: (version) => version.startsWith('2.'),
    accepted: '2.x',
    ldflags: () => '',
  },
  toxiproxy: {
    binary: 'toxiproxy-server',
    goPackage: 'github.com/Shopify/toxiproxy/v2/cmd/server',
    goModule: 'github.com/Shopify/toxiproxy/v2',
    versionArgs: ['--version'],
    versionEnv: { LOG_LEVEL: 'error' },
    versionPattern: /\bv?(\d+\.\d+\.\d+\S*)/,
    accepts: (version) => version.startsWith('2.') && Number(version.split('.')[1]) >= 12,
    accepted: '2.12 or a later 2.x',
    // Its source says only "git".
    ldflags: (version) => `-X github.com/Shopify/toxiproxy/v2.Version=${version}`,
  },
} as const satisfies Record<string, ToolSpec>;

export type ToolName = keyof typeof tools;

export type ProvisionedTool = { name: string; path: string; version: string; source: WayName };

export type ProvisionOptions = {
  /** Programs that were built are kept in its folder `tools`. */
  cacheDir: string;
  onProgress: (line: string) => void;
  /** Where PATH is taken from and what Go runs with; default: that of the harness. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Whether a tool that is nowhere may be built, which takes a minute or two; default: it may. */
  mayBuild?: boolean;
};

/** Finds or builds a tool at an accepted version. Aborted, it rejects with the signal's reason. */
export function provision(tool: ToolName, options: ProvisionOptions): Promise<ProvisionedTool> {
  return provisionSpec(tool, tools[tool], join(import.meta.dirname, '../../tools'), options);
}

type WayName = 'PATH' | 'cache' | 'go build';
type Found = { path: string; version: string };
/** Why a way led nowhere. */
type Tried = { why: string };

type Context = {
  name: string;
  modFolder: string;
  goVersion: string;
  /** The version that go.mod pins, and where a program of that version is kept. */
  version: string;
  finalFolder: string;
  onProgress: (line: string) => void;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal | undefined;
};

const ways: readonly { name: WayName; find: (spec: ToolSpec, context: Context) => Promise<Found | Tried> }[] =
  [
    { name: 'PATH', find: findOnPath },
    { name: 'cache', find: findInCache },
    { name: 'go build', find: buildWithGo },
  ];

const VERSION_TIMEOUT_MS = 20_000;
const BUILD_TIMEOUT_MS = 15 * 60_000;
const BUILD_GRACE_MS = 2_000;
const PROGRESS_EVERY_MS = 5_000;

/** `provision` for any spec and any folder with a go.mod: `name` is what messages and the cache call it. */
export async function provisionSpec(
  name: string,
  spec: ToolSpec,
  modFolder: string,
  options: ProvisionOptions,
): Promise<ProvisionedTool> {
  const { cacheDir, onProgress, env = process.env, signal } = options;
  const { goVersion, version } = await readPin(spec, modFolder);
  // Absolute, because `go build -C` would take it relative to its own folder.
  const finalFolder = join(
    absolute(cacheDir),
    'tools',
    `${name}-${version}-${process.platform}-${process.arch}`,
  );
  const context: Context = { name, modFolder, goVersion, version, finalFolder, onProgress, env, signal };
  const failures: string[] = [];
  signal?.throwIfAborted();
  for (const way of ways) {
    if (way.name === 'go build' && options.mayBuild === false) continue;
    const result = await way.find(spec, context);
    signal?.throwIfAborted();
    if ('path' in result) return { name, ...result, source: way.name };
    failures.push(`  ${way.name}: ${result.why}`);
  }
  throw new GauntletError('tool-missing', missingMessage(spec, context, failures));
}

function missingMessage(spec: ToolSpec, context: Context, failures: readonly string[]): string {
  return [
    `${context.name} ${spec.accepted} is needed and could not be had. What was tried:`,
    ...failures,
    'Do one of these and run again:',
    `  install Go ${context.goVersion} or newer (https://go.dev/dl), so that ${context.name} can be built here; or`,
    `  put ${spec.binary} ${spec.accepted} on PATH.`,
  ].join('\n');
}

async function readPin(spec: ToolSpec, modFolder: string): Promise<{ goVersion: string; version: string }> {
  const file = join(modFolder, 'go.mod');
  const { goVersion, required } = parseGoMod(await readFile(file, 'utf8'));
  const version = required.get(spec.goModule);
  if (version === undefined) throw new GauntletError('internal', `${file} does not require ${spec.goModule}`);
  return { goVersion, version };
}

/** The `go` line and the `require` lines of a go.mod, versions without their `v`. */
export function parseGoMod(text: string): { goVersion: string; required: Map<string, string> } {
  const required = new Map<string, string>();
  let goVersion = '';
  let block = '';
  for (const line of text.split(/\r?\n/)) {
    const words = line
      .replace(/\/\/.*/, '')
      .trim()
      .split(/\s+/);
    if (words[1] === '(') block = words[0] ?? '';
    else if (words[0] === ')') block = '';
    const [verb, first = '', second = ''] = block === '' ? words : [block, ...words];
    if (verb === 'go') goVersion = first;
    if (verb === 'require' && second.startsWith('v')) required.set(first, second.slice(1));
  }
  return { goVersion, required };
}

// ── on PATH ─────────────────────────────────────────────────────────────────────────────────────────

async function findOnPath(spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const whys: string[] = [];
  for (const path of await programsOnPath(spec.binary, context.env)) {
    const answer = await askVersion(path, spec, context);
    if ('version' in answer && spec.accepts(answer.version)) return { path, version: answer.version };
    const why = 'version' in answer ? `${path} is ${answer.version}, not ${spec.accepted}` : answer.why;
    context.onProgress(`${context.name}: passing over the one on PATH: ${why}`);
    whys.push(why);
  }
  return { why: whys.length > 0 ? whys.join('; ') : `no ${spec.binary} there` };
}

async function programsOnPath(binary: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  // A relative entry means another folder each time we are called from elsewhere: not to be trusted.
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const paths = [...new Set(folders)].map((folder) => join(folder, binary));
  const usable = await Promise.all(paths.map(isProgram));
  return paths.filter((_, index) => usable[index]);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function askVersion(path: string, spec: ToolSpec, context: Context): Promise<{ version: string } | Tried> {
  const env = { ...context.env, ...spec.versionEnv };
  const options = {
    env,
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    signal: context.signal,
  };
  return new Promise((resolve) => {
    execFile(path, [...spec.versionArgs], options, (error, stdout, stderr) => {
      const command = [path, ...spec.versionArgs].join(' ');
      const version = spec.versionPattern.exec(`${stdout}\n${stderr}`)?.[1];
      if (error) resolve({ why: `\`${command}\` failed: ${howItFailed(error)}` });
      else if (version === undefined) resolve({ why: `\`${command}\` names no version` });
      else resolve({ version });
    });
  });
}

function howItFailed(error: { code?: number | string | null; signal?: NodeJS.Signals | null }): string {
  if (error.signal) return `ended by ${error.signal}`;
  return typeof error.code === 'number' ? `exit code ${error.code}` : `${error.code}`;
}

// ── in the cache ────────────────────────────────────────────────────────────────────────────────────

async function findInCache(spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const path = join(context.finalFolder, spec.binary);
  if (!(await isProgram(path))) return { why: `nothing at ${path}` };
  const answer = await askPinnedVersion(path, spec, context);
  // Said aloud because what follows takes a minute that nobody expects with a cache in place.
  if ('why' in answer) context.onProgress(`${context.name}: not using the cache: ${answer.why}`);
  return answer;
}

/** A program that we made must be of the very version that go.mod pins. */
async function askPinnedVersion(path: string, spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const answer = await askVersion(path, spec, context);
  if ('why' in answer) return answer;
  if (answer.version !== context.version)
    return { why: `${path} is ${answer.version}, not ${context.version}` };
  return { path, version: answer.version };
}

// ── built with Go ───────────────────────────────────────────────────────────────────────────────────

async function buildWithGo(spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const [go] = await programsOnPath('go', context.env);
  if (go === undefined) return { why: 'no go on PATH' };
  await removeDeadStagings(context.finalFolder);
  const staging = stagingFolder(context.finalFolder);
  try {
    await mkdir(staging, { recursive: true });
    const failure = await runGoBuild(go, staging, spec, context);
    context.signal?.throwIfAborted();
    return failure ?? (await moveIntoCache(staging, spec, context));
  } catch (error) {
    context.signal?.throwIfAborted();
    return { why: error instanceof Error ? error.message : String(error) };
  } finally {
    // Whatever became of it: what is good has been moved out by now.
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runGoBuild(
  go: string,
  staging: string,
  spec: ToolSpec,
  context: Context,
): Promise<Tried | null> {
  const logFile = join(staging, 'build.log');
  const ldflags = spec.ldflags(context.version);
  const args = [
    'build',
    '-C',
    context.modFolder,
    '-v',
    '-trimpath',
    '-buildvcs=false',
    `-ldflags=${ldflags}`,
  ];
  const build = createProcesses().start({
    name: `go build ${context.name}`,
    command: go,
    args: [...args, '-o', join(staging, spec.binary), spec.goPackage],
    // Without C it needs no compiler, and what it makes runs in any container. A go.work is not ours.
    // Its temporary files stand in the staging, because Go leaves them behind when it is ended.
    env: { ...context.env, CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: staging },
    logFile,
  });
  const limit = AbortSignal.timeout(BUILD_TIMEOUT_MS);
  const signal = context.signal ? AbortSignal.any([context.signal, limit]) : limit;
  const stop = (): void => void build.stop({ graceMs: BUILD_GRACE_MS });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const reporting = new AbortController();
  const reported = reportBuild(logFile, context, reporting.signal);
  const exit = await build.exited;
  signal.removeEventListener('abort', stop);
  reporting.abort();
  await reported;
  // The linker and compilers of an aborted build may outlive `go` itself for a moment.
  await build.stop({ graceMs: BUILD_GRACE_MS });
  if (limit.aborted) return { why: `not done after ${BUILD_TIMEOUT_MS / 60_000} minutes` };
  if (exit.code === 0) return null;
  const said = (await lastLines(logFile, 5)).join(' | ');
  return { why: exit.error ?? `${go} ended with ${exit.signal ?? `exit code ${exit.code}`}: ${said}` };
}

async function reportBuild(logFile: string, context: Context, ended: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  while (!ended.aborted) {
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const counts = countBuildLog(await readFile(logFile, 'utf8').catch(() => ''));
    const what = `building ${context.name} ${context.version} with Go, once, a minute or two`;
    if (!ended.aborted) context.onProgress([`${what}: ${seconds} s`, ...counts].join(', '));
    await sleep(PROGRESS_EVERY_MS, undefined, { signal: ended }).catch(() => {});
  }
}

/** `go build -v` prints a line for each module it fetches and each package it compiles. */
export function countBuildLog(log: string): string[] {
  const lines = log.split('\n');
  const modules = lines.filter((line) => line.startsWith('go: downloading ')).length;
  const packages = lines.filter((line) => /^[\w.~/-]+$/.test(line)).length;
  const counts: string[] = [];
  if (modules > 0) counts.push(`${modules} modules fetched`);
  if (packages > 0) counts.push(`${packages} packages`);
  return counts;
}

/**
 * Puts a finished build into the cache by renaming the file, which replaces whatever is there in one
 * step: two builders at once, or a broken leftover, never leave a moment without a whole program.
 */
async function moveIntoCache(staging: string, spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const built = await askPinnedVersion(join(staging, spec.binary), spec, context);
  if ('why' in built) return { why: `what was built does not answer: ${built.why}` };
  const path = join(context.finalFolder, spec.binary);
  const first = (await isProgram(path)) ? await askPinnedVersion(path, spec, context) : null;
  if (first !== null && 'path' in first) return first; // Another process was quicker.
  await mkdir(context.finalFolder, { recursive: true });
  await rename(built.path, path);
  return { path, version: built.version };
}

/** Beside the final folder, so that the rename stays within one file system. */
function stagingFolder(finalFolder: string): string {
  return `${finalFolder}.staging-${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Only those of this host, whose process ids we can look up: a cache may be shared with containers. */
async function removeDeadStagings(finalFolder: string): Promise<void> {
  const folder = dirname(finalFolder);
  const prefix = `${basename(finalFolder)}.staging-${hostname()}-`;
  for (const entry of await readdir(folder).catch(() => [])) {
    const pid = entry.startsWith(prefix)
      ? /^(\d+)-[0-9a-f]+$/.exec(entry.slice(prefix.length))?.[1]
      : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
