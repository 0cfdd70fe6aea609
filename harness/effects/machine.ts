import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import type { Machine } from '#contract/record.ts';
import { allowedCores, planCores } from './cores.ts';

/** Describes this machine; `pinnedCores` says how services and load are going to share it. */
export async function describeMachine(pinCores: boolean): Promise<Machine> {
  const allowed = pinCores ? await allowedCores() : null;
  const { services, load } = planCores(allowed ?? []);
  return {
    platform: platform(),
    arch: arch(),
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    pinnedCores: services !== null && load !== null ? { services, load } : null,
  };
}

/** A digest of the files under a folder: names and contents. */
export function digestFolder(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
