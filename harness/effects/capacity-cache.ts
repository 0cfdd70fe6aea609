import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Capacity, CapacitySchema } from '#contract/plan.ts';
import type { Machine } from '#contract/record.ts';
import type { Variant } from '#contract/topology.ts';
import { isValid } from '#contract/validate.ts';

/** What a capacity belongs to: it is measured anew when any of it changes. */
export interface CapacityKey {
  machine: Machine;
  systemDigest: string;
  variant: Variant;
  /** Links behind a proxy, since those cost. */
  proxiedLinks: readonly string[];
  /** Requests per second at which the measurement may stop. */
  neededPerSecond: number;
  /** It may not stop there: C itself was asked for. */
  isExact?: boolean;
}

export async function readCapacity(cacheDir: string, key: CapacityKey): Promise<Capacity | null> {
  try {
    const found: unknown = JSON.parse(await readFile(fileOf(cacheDir, key), 'utf8'));
    return isValid(CapacitySchema, found) ? found : null;
  } catch {
    return null;
  }
}

export async function writeCapacity(cacheDir: string, key: CapacityKey, capacity: Capacity): Promise<void> {
  const file = fileOf(cacheDir, key);
  await mkdir(join(cacheDir, 'capacity'), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(capacity));
  await rename(`${file}.${process.pid}`, file);
}

function fileOf(cacheDir: string, key: CapacityKey): string {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
  return join(cacheDir, 'capacity', `${digest}.json`);
}
