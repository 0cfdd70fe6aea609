import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SavedRecord } from '#contract/record.ts';
import { digestOf, sealed } from '#harness/effects/seal.ts';

/** Seals a run folder anew as it is, as one would who writes evidence by hand. */
export function reseal(path: string): void {
  const { seal: _, ...record } = JSON.parse(readFileSync(join(path, 'record.json'), 'utf8')) as SavedRecord;
  const files = record.experiments.flatMap(({ trials }) => trials.map(({ samplesFile }) => samplesFile));
  const digests = new Map(
    ['plan.json', ...files].flatMap((name) => {
      const content = contentOf(join(path, name));
      return content === null ? [] : [[name, digestOf(content)] as const];
    }),
  );
  writeFileSync(join(path, 'record.json'), JSON.stringify(sealed(record, digests)));
}

function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
