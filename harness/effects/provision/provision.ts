// k6 and Toxiproxy are programs, not npm packages. Each is found, or made, in one of few ways, tried in
// order; when all fail, one error names every way, why it did not work, and what to do.

import { resolve as absolute, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { findInCache } from './cache.ts';
import { buildWithGo } from './go-build.ts';
import { readPin } from './go-mod.ts';
import { findOnPath } from './path.ts';
import { type ToolName, type ToolSpec, tools } from './tools.ts';
import type { Context, Way } from './way.ts';

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
  return provisionSpec(tool, tools[tool], join(import.meta.dirname, '../../../tools'), options);
}

type WayName = 'PATH' | 'cache' | 'go build';

const ways: readonly { name: WayName; find: Way }[] = [
  { name: 'PATH', find: findOnPath },
  { name: 'cache', find: findInCache },
  { name: 'go build', find: buildWithGo },
];

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
