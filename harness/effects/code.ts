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

/**
 * The state of the project's code, so that a record can say what was played. The repository around a package is
 * somebody else's, and its commits say nothing of it.
 */
export async function describeCode(root: string, isCheckout: boolean): Promise<Code> {
  const sut = digestFolder(join(root, 'sut'));
  if (!isCheckout) return { sut, commit: null, changed: false };
  try {
    const repository = await openRepository(root);
    const commit = await repository.commitOf('HEAD');
    return { sut, commit, changed: (await repository.changedFiles(PATHS)).length > 0 };
  } catch {
    // Without git, or unpacked from an archive, the digest alone says what it was.
    return { sut, commit: null, changed: false };
  }
}
