import { basename, extname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GauntletError } from '#contract/errors.ts';
import type { Objective } from '#contract/experiment.ts';
import { filesIn, readTextFile } from '#harness/effects/text-files.ts';
import { readOpenSlo } from '#slo/openslo.ts';

const committed = fileURLToPath(new URL('../../slo/objectives', import.meta.url));

export interface ReadObjectives {
  /** In the order of the files and of the documents in them. */
  objectives: Objective[];
  /** By `file/name`, as experiments name them; the file without folder and ending. */
  byName: Record<string, Objective>;
  /** A sentence for each document that is somebody else's. */
  skipped: string[];
}

/**
 * The objectives of OpenSLO files; without paths, of all in slo/objectives. Every problem of all files is one error,
 * and so is a file without an objective.
 */
export async function readObjectives(paths?: readonly string[]): Promise<ReadObjectives> {
  const files = paths ?? (await filesIn(committed, '.yaml'));
  const read: ReadObjectives = { objectives: [], byName: {}, skipped: [] };
  const problems: string[] = [];
  for (const path of files) {
    const fileName = shown(path);
    const found = readOpenSlo(await readTextFile(path, 'file of objectives'), fileName);
    problems.push(...found.problems);
    if (found.problems.length === 0 && found.objectives.length === 0) {
      problems.push([`${fileName} holds no objective that Gauntlet can judge.`, ...found.skipped].join('\n'));
    }
    read.objectives.push(...found.objectives);
    read.skipped.push(...found.skipped);
    for (const objective of found.objectives) {
      const id = `${basename(path, extname(path))}/${objective.name}`;
      if (Object.hasOwn(read.byName, id)) problems.push(`${fileName}: '${id}' is in another file already.`);
      read.byName[id] = objective;
    }
  }
  if (problems.length > 0)
    throw new GauntletError('bad-objectives', `The objectives can't be read:\n${problems.join('\n')}`);
  return read;
}

/** As the user would type it, where that is shorter. */
export function shown(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? path : fromHere;
}
