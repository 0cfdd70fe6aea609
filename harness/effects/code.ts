import { join } from 'node:path';
import type { Code } from '#contract/record.ts';
import { openRepository } from './git.ts';
import { digestFolder } from './machine.ts';

/** What decides how something is played, measured and judged. */
const PATHS = [
  'sut',
  'harness',
  'scenarios',
  'chaos',
  'slo',
  'experiments',
  'package.json',
  'package-lock.json',
];

/** The state of the project's code, so that a record can say what was played. */
export async function describeCode(root: string): Promise<Code> {
  const sut = digestFolder(join(root, 'sut'));
  try {
    const repository = await openRepository(root);
    const commit = await repository.commitOf('HEAD');
    return { sut, commit, changed: (await repository.changedFiles(PATHS)).length > 0 };
  } catch {
    // Without git, or unpacked from an archive, the digest alone says what it was.
    return { sut, commit: null, changed: false };
  }
}
