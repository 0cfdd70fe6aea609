import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes files of the repository, each from what it is now; with `--check` says which are not what they would be, and
 * by which command they would become so, exit 1.
 */
export async function writeOrCompare(
  files: Readonly<Record<string, (now: string) => Promise<string>>>,
  command: string,
): Promise<void> {
  for (const [name, make] of Object.entries(files)) {
    const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
    const now = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const text = await make(now);
    if (!process.argv.includes('--check')) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (now !== text) {
      console.error(`${name} is not what it is made from says; run ${command}`);
      process.exitCode = 1;
    }
  }
}
