import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { MOST_PER_CORE } from '#contract/limits.ts';
import type { RuntimeName } from '#contract/names.ts';
import type { Machine } from '#contract/record.ts';
import { allowedCores, parseCores, planCores } from './cores.ts';

/** Only root may go before others; the generator does, so that a neighbour's second of work is not lateness. */
const GENERATOR_NICENESS = -10;

/** Describes this machine as services of a kind have it; `pinnedCores` says how they and the load are going to share it. */
export async function describeMachine(
  pinCores: boolean,
  runtime: RuntimeName = 'processes',
): Promise<Machine> {
  const allowed = pinCores ? await allowedCores() : null;
  const { services, load } = planCores(allowed ?? []);
  return {
    platform: platform(),
    arch: arch(),
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    // Beside services on the same cores it would take what is measured.
    generatorNiceness:
      services !== null && load !== null && process.getuid?.() === 0 ? GENERATOR_NICENESS : 0,
    pinnedCores: services !== null && load !== null ? { services, load } : null,
    ...(runtime === 'processes' ? {} : { runtime }),
  };
}

/**
 * Requests per second that k6 can be asked for here: it spreads its virtual users over all cores that it has. Where
 * nothing is pinned the services have the other half.
 */
export function mostPerSecond({ cores, pinnedCores }: Machine): number {
  const own = pinnedCores ? parseCores(pinnedCores.load)?.length : undefined;
  return MOST_PER_CORE * (own ?? Math.max(1, Math.floor(cores / 2)));
}

/** Files that change nothing in how the system behaves. */
const NOT_THE_SYSTEM = /\.test\.ts$|\.md$|\.py$/;

/** A digest of a system's files: names and contents. */
export function digestFolder(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOT_THE_SYSTEM.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
