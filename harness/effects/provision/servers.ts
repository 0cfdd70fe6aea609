import { GauntletError } from '#contract/errors.ts';
import { findOnPath } from './path.ts';
import type { ProvisionedTool, ProvisionOptions } from './provision.ts';
import type { ProgramSpec } from './tools.ts';

/** Programs that are services of some variants. They come with the system's own packages, so nobody makes them here. */
export const servers = {
  'redis-server': {
    binary: 'redis-server',
    versionArgs: ['--version'],
    versionEnv: {},
    versionPattern: /\bv=(\d+\.\d+\.\d+)/,
    accepts: (version) => Number(version.split('.')[0]) >= 7,
    accepted: '7 or later',
    get: "install it (Debian: 'apt-get install redis-server')",
  },
} as const satisfies Record<string, ProgramSpec & { get: string }>;

export type ServerName = keyof typeof servers;

/** Finds a server on PATH at an accepted version; its absence is a usage error in one line. */
export async function findServer(
  name: ServerName,
  { env = process.env, onProgress, signal }: Pick<ProvisionOptions, 'env' | 'onProgress' | 'signal'>,
): Promise<ProvisionedTool> {
  const spec = servers[name];
  const found = await findOnPath(spec, { name, env, onProgress, signal });
  signal?.throwIfAborted();
  if ('path' in found) return { name, ...found, source: 'PATH' };
  throw new GauntletError(
    'tool-missing',
    `${name} ${spec.accepted} is needed and not on PATH (${found.why}): ${spec.get}, and run again.`,
  );
}
