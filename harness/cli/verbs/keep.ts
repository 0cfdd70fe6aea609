import type { Command } from 'commander';
import { RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const keep: Verb = {
  summary: 'keeps what a comparison found for reports/BENCHMARKS.md, and makes that page anew',
  examples: ['npm run keep -- latest', 'npm run keep -- 2026-11-21T08-07-01-compare'],
  configure: (command: Command) =>
    command
      .argument('<run>', RUN_ARGUMENT)
      .option('--records <dir>', 'folder of the records, beside the page (default: reports/records)'),
  load: async () => (await import('../keep.ts')).runKeep,
};
