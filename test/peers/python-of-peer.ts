import { fileURLToPath } from 'node:url';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { preparePython } from './python.ts';

/** The Python of a peer's folder; undefined, with a line that says why, where there is none. In CI that is an error. */
export async function pythonOf(peer: 'fastapi' | 'mlserver' | 'tritonclient'): Promise<string | undefined> {
  const prepared = await preparePython({
    requirements: fileURLToPath(new URL(`./${peer}/requirements.txt`, import.meta.url)),
    cacheDir,
    onProgress: (line) => console.log(line),
    signal: new AbortController().signal,
  });
  if ('python' in prepared) return prepared.python;
  if (process.env['CI']) throw new Error(prepared.missing);
  console.warn(`skipped: ${prepared.missing}`);
  return undefined;
}
