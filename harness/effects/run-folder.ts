import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { Plan } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';
import { digestOf, digestOfFile, sealed } from './seal.ts';

export interface RunFolder {
  path: string;
  /** Makes the folder a run: `latest` points at it from now on. */
  writePlan(plan: Plan): Promise<void>;
  /** For a run that never began. */
  remove(): Promise<void>;
  /** Seals the record and replaces it in one step, so that a reader never meets half of one. After the plan. */
  writeRecord(record: RunRecord): Promise<void>;
  /** Files of a reporter: name → content. */
  writeFiles(files: Record<string, string>): Promise<void>;
}

/** Makes `<parent>/<id>`. */
export async function createRunFolder(parent: string, id: string): Promise<RunFolder> {
  const path = join(parent, id);
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new GauntletError(
      'run-folder',
      `The run folder ${path} can't be made: ${(error as Error).message}`,
    );
  }
  const write = async (name: string, content: string) => {
    const file = join(path, name);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.part`, content);
      await rename(`${file}.part`, file);
    } catch (error) {
      throw new GauntletError('run-folder', `${file} can't be written: ${(error as Error).message}`);
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
      await pointLatest(parent, id);
    },
    remove: () => rm(path, { recursive: true, force: true }),
    writeRecord: async (record) => {
      for (const { samplesFile } of record.experiments.flatMap(({ trials }) => trials)) {
        if (digests.has(samplesFile)) continue;
        const digest = await digestOfFile(join(path, samplesFile));
        if (digest !== null) digests.set(samplesFile, digest);
      }
      await write('record.json', `${JSON.stringify(sealed(record, digests), null, 1)}\n`);
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
