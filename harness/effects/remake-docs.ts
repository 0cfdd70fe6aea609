import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

/** Makes the pages of docs/ that name the members of the maps anew, in a process that reads the maps as they are now. */
export async function remakeDocs(root: string): Promise<void> {
  await run(process.execPath, [...process.execArgv, 'tools/generate-docs.ts'], {
    cwd: root,
    timeout: TIMEOUT_MS,
  });
}
