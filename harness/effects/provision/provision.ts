// k6, Toxiproxy and nats-server are programs, not npm packages. Each is found, or made, in one of few ways, tried in
// order; when all fail, one error names every way, why it did not work, and what to do.

import { resolve as absolute, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { archiveAdvice, askForArchive, fetchArchive } from './archive.ts';
import { findInCache } from './cache.ts';
import { DOWNLOAD_LIMITS, type DownloadLimits } from './download.ts';
import { buildWithGo } from './go-build.ts';
import { readPin } from './go-mod.ts';
import { parseMirror } from './mirror.ts';
import { findOnPath } from './path.ts';
import { type ToolName, type ToolSpec, tools } from './tools.ts';
import type { Context, Tried, Way } from './way.ts';

export type ProvisionedTool = {
  name: string;
  path: string;
  version: string;
  /** Where it came from; a container's program comes in its image, whose name is its path. */
  source: WayName | 'image';
};

export type ProvisionOptions = {
  /** Programs that were downloaded or built are kept in its folder `tools`. */
  cacheDir: string;
  onProgress: (line: string) => void;
  /** Holds PATH and GAUNTLET_MIRROR, and what Go runs with; default: that of the harness. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Whether a tool that is nowhere may be downloaded or built, which takes up to minutes; default: it may. */
  mayMake?: boolean;
  /** For tests: what stands in place of GitHub and of the limits of a download. */
  releases?: { base?: URL; limits?: Partial<DownloadLimits> };
};

/**
 * Finds, downloads or builds a tool at an accepted version. A bad GAUNTLET_MIRROR is a usage error; aborted, it rejects
 * with the signal's reason.
 */
export function provision(tool: ToolName, options: ProvisionOptions): Promise<ProvisionedTool> {
  return provisionSpec(tool, tools[tool], MOD_FOLDER, options);
}

/** Where the release archive of a tool would come from, or why there is none to be had. Downloads nothing. */
export async function findArchive(
  tool: ToolName,
  options: ProvisionOptions,
): Promise<{ url: string } | Tried> {
  return askForArchive(tools[tool], await contextOf(tool, tools[tool], MOD_FOLDER, options));
}

const MOD_FOLDER = join(import.meta.dirname, '../../../tools');
const GITHUB = new URL('https://github.com/');

type WayName = 'PATH' | 'cache' | 'release archive' | 'go build';

const ways: readonly { name: WayName; find: Way; makes: boolean }[] = [
  { name: 'PATH', find: findOnPath, makes: false },
  { name: 'cache', find: findInCache, makes: false },
  { name: 'release archive', find: fetchArchive, makes: true },
  { name: 'go build', find: buildWithGo, makes: true },
];

/** `provision` for any spec and any folder with a go.mod: `name` is what messages and the cache call it. */
export async function provisionSpec(
  name: string,
  spec: ToolSpec,
  modFolder: string,
  options: ProvisionOptions,
): Promise<ProvisionedTool> {
  const { signal, mayMake = true } = options;
  const context = await contextOf(name, spec, modFolder, options);
  const failures: string[] = [];
  signal?.throwIfAborted();
  for (const way of ways) {
    if (way.makes && !mayMake) continue;
    const result = await way.find(spec, context);
    signal?.throwIfAborted();
    if (result === null) continue;
    if ('path' in result) return { name, ...result, source: way.name };
    failures.push(`  ${way.name}: ${result.why}`);
  }
  throw new GauntletError('tool-missing', missingMessage(spec, context, failures));
}

async function contextOf(
  name: string,
  spec: ToolSpec,
  modFolder: string,
  { cacheDir, onProgress, env = process.env, signal, releases = {} }: ProvisionOptions,
): Promise<Context> {
  const { goVersion, version } = await readPin(spec, modFolder);
  const folder = `${name}-${version}-${process.platform}-${process.arch}`;
  return {
    name,
    modFolder,
    goVersion,
    version,
    // Absolute, because `go build -C` would take it relative to its own folder.
    finalFolder: join(absolute(cacheDir), 'tools', folder),
    onProgress,
    env,
    signal,
    officialBase: releases.base ?? GITHUB,
    mirror: parseMirror(env['GAUNTLET_MIRROR']),
    downloads: { limits: { ...DOWNLOAD_LIMITS, ...releases.limits }, env, signal },
  };
}

function missingMessage(spec: ToolSpec, context: Context, failures: readonly string[]): string {
  const advice = [
    ...archiveAdvice(spec, context),
    `install Go ${context.goVersion} or newer (https://go.dev/dl), so that ${context.name} can be built here`,
    `put ${spec.binary} ${spec.accepted} on PATH`,
  ];
  return [
    `${context.name} ${spec.accepted} is needed and could not be had. What was tried:`,
    ...failures,
    'Do one of these and run again:',
    `${advice.map((line) => `  ${line}`).join('; or\n')}.`,
  ].join('\n');
}
