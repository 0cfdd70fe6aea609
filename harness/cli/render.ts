import { GauntletError } from '#contract/errors.ts';
import type { ReportInput } from '#reports/reporter.ts';
import type { Console } from './console.ts';

/** Renders a run with every reporter; the names of those that failed. Throws when files can't be written. */
export async function renderAll(
  input: ReportInput,
  writeFiles: (files: Record<string, string>) => Promise<void>,
  console: Console,
): Promise<string[]> {
  // Loaded now, because the chart library would cost every start a third of a second.
  const { reporters } = await import('#reports/index.ts');
  const failed: string[] = [];
  let unwritable: GauntletError | null = null;
  for (const [name, reporter] of Object.entries(reporters)) {
    try {
      const { files, text } = reporter(input);
      await writeFiles(files);
      if (text !== undefined) console.line(text);
    } catch (error) {
      // A full disk is no fault of the reporter's, and the next may need less of it.
      if (error instanceof GauntletError) {
        unwritable = error;
        continue;
      }
      // A broken rendering must not cost the run its verdict.
      console.line(`The ${name} report failed: ${(error as Error).message}`);
      failed.push(name);
    }
  }
  if (unwritable) throw unwritable;
  return failed;
}
