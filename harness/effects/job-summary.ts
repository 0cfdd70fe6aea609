import { appendFile } from 'node:fs/promises';

/** GitHub shows nothing of a step's summary that is longer than 1 MiB; other steps add to the same file. */
const MOST_BYTES = 1_000_000;
const CUT = '\n\nCut here, since a job summary holds no more; the rest is in report.md.\n';

/** Adds Markdown to the summary of a CI job, where the CI names a file for it; a sentence where that failed, else null. */
export async function addToJobSummary(
  markdown: string,
  file: string | undefined = process.env['GITHUB_STEP_SUMMARY'],
): Promise<string | null> {
  if (!file) return null;
  try {
    await appendFile(file, cutTo(MOST_BYTES, markdown));
    return null;
  } catch (error) {
    return `The job summary ${file} can't be written: ${(error as Error).message}`;
  }
}

/** At the end of a line, so that a table is not broken off within a cell. */
function cutTo(bytes: number, text: string): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const start = Buffer.from(text)
    .subarray(0, bytes - CUT.length)
    .toString('utf8');
  return start.slice(0, start.lastIndexOf('\n')) + CUT;
}
