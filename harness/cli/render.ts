import type { ReportInput } from '#reports/reporter.ts';
import type { Console } from './console.ts';

/** Renders a run with every reporter; the names of those that failed. */
export async function renderAll(
  input: ReportInput,
  writeFiles: (files: Record<string, string>) => Promise<void>,
  console: Console,
): Promise<string[]> {
  // Loaded now, because the chart library would cost every start a third of a second.
  const { reporters } = await import('#reports/index.ts');
  const failed: string[] = [];
  for (const [name, reporter] of Object.entries(reporters)) {
    try {
      const { files, text } = reporter(input);
      await writeFiles(files);
      if (text !== undefined) console.line(text);
    } catch (error) {
      // A broken rendering must not cost the run its verdict.
      console.line(`The ${name} report failed: ${(error as Error).message}`);
      failed.push(name);
    }
  }
  return failed;
}
