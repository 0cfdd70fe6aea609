import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RunRecord, SavedRecord } from '#contract/record.ts';

/** SHA-256 in hex. */
export function digestOf(content: string | NodeJS.ArrayBufferView): string {
  return hash('sha256', content);
}

/** The same of a file, however large; null where there is none that can be read. */
export async function digestOfFile(path: string): Promise<string | null> {
  const digest = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) digest.update(chunk);
  } catch {
    return null;
  }
  return digest.digest('hex');
}

/** The digest of a record's facts, however its file is laid out. */
export function recordDigest(record: RunRecord): string {
  return digestOf(JSON.stringify(record));
}

/** A record with its seal, from the digests of plan.json and of the samples' files by their path. */
export function sealed(record: RunRecord, digests: ReadonlyMap<string, string>): SavedRecord {
  const plan = digests.get('plan.json');
  if (plan === undefined) throw new Error('a record was to be sealed before its plan was written');
  const trials = record.experiments.flatMap((experiment) => experiment.trials);
  const samples = trials.flatMap(({ samplesFile }) => {
    const digest = digests.get(samplesFile);
    return digest === undefined ? [] : [[samplesFile, digest] as const];
  });
  return { ...record, seal: { record: recordDigest(record), plan, samples: Object.fromEntries(samples) } };
}
