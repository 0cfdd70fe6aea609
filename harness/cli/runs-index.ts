import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isValid } from '#contract/validate.ts';
import { type Verdict, VerdictSchema } from '#contract/verdict.ts';
import type { FoundRun } from '#reports/runs-page.ts';
import type { Console } from './console.ts';
import { runIds } from './saved-run.ts';

/** Of so many newest runs the page tells. */
const MOST_RUNS = 200;

/** Writes `index.html` over the runs in a folder. A page that can't be written costs no run its verdict. */
export async function writeRunsIndex(folder: string, console: Pick<Console, 'line'>): Promise<void> {
  const file = join(folder, 'index.html');
  try {
    const { runsPage } = await import('#reports/runs-page.ts');
    const ids = (await runIds(folder)).reverse();
    const found: FoundRun[] = [];
    for (const id of ids.slice(0, MOST_RUNS)) found.push(await foundRun(folder, id));
    await writeFile(`${file}.part`, runsPage(found, ids.length - found.length));
    await rename(`${file}.part`, file);
  } catch (error) {
    console.line(`${file} can't be written: ${(error as Error).message}`);
  }
}

/** Written again only where there is one. */
export async function refreshRunsIndex(folder: string, console: Pick<Console, 'line'>): Promise<void> {
  if (await exists(join(folder, 'index.html'))) await writeRunsIndex(folder, console);
}

async function foundRun(folder: string, id: string): Promise<FoundRun> {
  const path = join(folder, id);
  return { id, verdict: await readVerdict(path), hasReport: await exists(join(path, 'report.html')) };
}

/** The verdict that lies in a run's folder; null where none does, or it is damaged. */
export async function readVerdict(path: string): Promise<Verdict | null> {
  try {
    const verdict: unknown = JSON.parse(await readFile(join(path, 'verdict.json'), 'utf8'));
    return isValid(VerdictSchema, verdict) ? verdict : null;
  } catch {
    return null;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
