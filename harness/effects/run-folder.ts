import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { Plan } from '#contract/plan.ts';
import type { RunRecord } from '#contract/record.ts';

export interface RunFolder {
  path: string;
  /** Makes the folder a run: `latest` points at it from now on. */
  writePlan(plan: Plan): Promise<void>;
  /** For a run that never began. */
  remove(): Promise<void>;
  /** Replaces the record in one step, so that a reader never meets half of one. */
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
  return {
    path,
    writePlan: async (plan) => {
      await write('plan.json', JSON.stringify(plan));
      await pointLatest(parent, id);
    },
    remove: () => rm(path, { recursive: true, force: true }),
    writeRecord: (record) => write('record.json', `${JSON.stringify(record, null, 1)}\n`),
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
