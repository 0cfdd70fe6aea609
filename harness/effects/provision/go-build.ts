import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProcesses, lastLines } from '../process.ts';
import { programsOnPath } from './program.ts';
import { makeInStaging } from './staging.ts';
import type { ToolSpec } from './tools.ts';
import type { Context, Found, Tried } from './way.ts';

const BUILD_TIMEOUT_MS = 15 * 60_000;
const BUILD_GRACE_MS = 2_000;
const PROGRESS_EVERY_MS = 5_000;

/** Builds the pinned version from source, through a Go module proxy alone; go.sum holds the hashes. */
export async function buildWithGo(spec: ToolSpec, context: Context): Promise<Found | Tried> {
  const [go] = await programsOnPath('go', context.env);
  if (go === undefined) return { why: 'no go on PATH' };
  return makeInStaging(spec, context, (staging) => runGoBuild(go, staging, spec, context));
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
