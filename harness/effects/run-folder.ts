import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { Plan } from '#contract/plan.ts';
import { type RunRecord, rowsFileOf, type TrialFacts } from '#contract/record.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { samplesToParquet } from '../samples-parquet.ts';
import { digestOf, digestOfFile, sealed } from './seal.ts';

/** A page of any usual file system. */
const PROBE_BYTES = 4_096;

/** A write into the run folder that failed: a full disk, a folder that nobody may write to. */
export function unwritable(file: string, error: unknown): GauntletError {
  return new GauntletError('run-folder', `${file} can't be written: ${(error as Error).message}`);
}

export interface RunFolder {
  path: string;
  writePlan(plan: Plan): Promise<void>;
  /** `latest` points at it from now on. */
  makeLatest(): Promise<void>;
  /** For a run that never began. */
  remove(): Promise<void>;
  /**
   * Seals the record and replaces it in one step, so that a reader never meets half of one. After the plan. A trial
   * that is under way still writes its samples, so they have no digest yet.
   */
  writeRecord(record: RunRecord, underWay?: TrialFacts | null): Promise<void>;
  /** A trial's samples as columns; the rows that were written while it was played go. */
  writeSamples(view: TrialView): Promise<void>;
  /** Rejects where the disk is full or read-only. */
  checkWritable(): Promise<void>;
  /** Files of a reporter: name → content. */
  writeFiles(files: Record<string, string>): Promise<void>;
}

/** Makes `<parent>/<id>`. */
export async function createRunFolder(parent: string, id: string): Promise<RunFolder> {
  const path = join(parent, id);
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  // One write at a time: two of the same file would take each other's half-written one.
  let writing = Promise.resolve();
  const write = (name: string, content: string | Uint8Array): Promise<void> => {
    const written = writing.then(() => replace(name, content));
    writing = written.catch(() => {});
    return written;
  };
  const replace = async (name: string, content: string | Uint8Array) => {
    const file = join(path, name);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.part`, content);
      await rename(`${file}.part`, file);
    } catch (error) {
      throw unwritable(file, error);
    }
  };
  // Each is taken once, when the file is whole: what happens to it afterwards must not be sealed.
  const digests = new Map<string, string>();
  return {
    path,
    writePlan: async (plan) => {
      const content = JSON.stringify(plan);
      await write('plan.json', content);
      digests.set('plan.json', digestOf(content));
    },
    makeLatest: () =>
      pointLatest(parent, id).catch((error) => {
        throw unwritable(join(parent, 'latest'), error);
      }),
    remove: () => rm(path, { recursive: true, force: true }),
    writeRecord: async (record, underWay = null) => {
      for (const trial of record.experiments.flatMap(({ trials }) => trials)) {
        const { samplesFile } = trial;
        if (digests.has(samplesFile) || trial === underWay) continue;
        const digest = await digestOfFile(join(path, samplesFile));
        if (digest !== null) digests.set(samplesFile, digest);
      }
      await write('record.json', `${JSON.stringify(sealed(record, digests), null, 1)}\n`);
    },
    writeSamples: async (view) => {
      await write(view.facts.samplesFile, samplesToParquet(view));
      await rm(join(path, rowsFileOf(view.facts)), { force: true });
    },
    async checkWritable() {
      const file = join(path, '.writable');
      try {
        await writeFile(file, Buffer.alloc(PROBE_BYTES));
        await rm(file);
      } catch (error) {
        throw unwritable(file, error);
      }
    },
    writeFiles: async (files) => {
      for (const [name, content] of Object.entries(files)) await write(name, content);
    },
  };
}

async function pointLatest(parent: string, id: string): Promise<void> {
  const latest = join(parent, 'latest');
  const fresh = join(parent, `.latest-${process.pid}`);
  await rm(fresh, { force: true });
  await symlink(id, fresh);
  await rename(fresh, latest);
}
