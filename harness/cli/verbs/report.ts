import type { Command } from 'commander';
import { RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const report: Verb = {
  summary: "renders a saved run's reports again without running anything",
  examples: ['npm run report', 'npm run report -- latest --out /tmp/report'],
  configure: (command: Command) =>
    command
      .argument('[run]', RUN_ARGUMENT, 'latest')
      .option(
        '--out <dir>',
        'folder for the reports, in place of the run folder; links to samples and logs lead nowhere there',
      ),
  load: async () => (await import('../report.ts')).runReport,
};
