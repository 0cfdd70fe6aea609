import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';
import type { Verb } from '../verb.ts';

export const clean: Verb = {
  summary: 'removes old run folders and keeps the newest; on request the commits that --against installed',
  examples: [
    'npm run clean -- --keep 10 --dry-run',
    'npm run clean -- --keep 10',
    'npm run clean -- --keep 10 --commits',
  ],
  configure: (command: Command) =>
    command
      .requiredOption('--keep <n>', 'how many of the newest runs stay', wholeNumber(0, 1_000_000))
      .option('--dry-run', 'say what would be removed and remove nothing', false)
      .option('--commits', 'remove the commits that --against installed, too (600 MB each)', false)
      .option('--out <dir>', 'folder that holds the run folders, as it was given to the runs'),
  load: async () => (await import('../clean.ts')).runClean,
};
