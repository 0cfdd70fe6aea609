import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GauntletError } from '#contract/errors.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;

/** A source text as `npm run fix` would leave it; `path` is relative to the repository's root. */
export async function tidied(root: string, path: string, text: string): Promise<string> {
  const args = ['check', '--write', `--stdin-file-path=${path}`];
  const running = run(join(root, 'node_modules/.bin/biome'), args, { cwd: root, timeout: TIMEOUT_MS });
  // Where biome can't be started, the pipe breaks besides; the promise says why.
  running.child.stdin!.on('error', () => {}).end(text);
  try {
    return (await running).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new GauntletError(
      'tool-missing',
      `There is no biome in ${root}node_modules to format with; npm ci puts it there. Nothing was made.`,
    );
  }
}
