import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runGauntlet } from './gauntlet.ts';

/** An empty folder of somebody who tests a server, and Gauntlet's command line typed in it. */
export function targetFolder(
  env: NodeJS.ProcessEnv = {},
  /** Folder of the package whose command line it is; default: this project. */
  project?: string,
) {
  const folder = mkdtempSync(join(tmpdir(), 'gauntlet-target-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    // A CI has its output coloured, and what is looked for is the text.
    gauntlet: (...args: string[]) =>
      runGauntlet(args, {
        out: false,
        cwd: folder,
        env: { NO_COLOR: '1', ...env },
        ...(project === undefined ? {} : { project }),
      }),
    change(file: string, ...changes: readonly (readonly [RegExp, string])[]): void {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        changes.reduce((changed, [from, to]) => replaced(changed, from, to), text),
      );
    },
    /** Files under the folder that hold a text. */
    filesWith(text: string): string[] {
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      return files.filter((file) => readFileSync(file).includes(text));
    },
  };
}

function replaced(text: string, from: RegExp, to: string): string {
  if (!from.test(text)) throw new Error(`nothing matches ${from}`);
  return text.replace(from, to);
}

/** What `init` writes is played for minutes; this is as short as can be judged. */
export const SHORT: readonly (readonly [RegExp, string])[] = [
  [/perSecond: 20/, 'perSecond: 60'],
  // A tenth of it may be lateness of the generator, which a machine with other work needs.
  [/deadlineMs: 500/, 'deadlineMs: 1_000'],
  [/seconds: \{.*\}/, 'seconds: { warmUp: 1, steady: 7, fault: 3, recovery: 6 }'],
  [/loadtest: \{.*\}/, 'loadtest: { steady: 4, trials: 3 }'],
];
