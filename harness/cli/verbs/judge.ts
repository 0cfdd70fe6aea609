import type { Command } from 'commander';
import { allowOption, JSON_OPTION, RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const judge: Verb = {
  summary: 'judges a saved run again without running anything; writes nothing',
  examples: [
    'npm run judge',
    'npm run judge -- latest --slo ./mine.yaml',
    'npm run judge -- latest --json > verdict.json',
  ],
  configure: (command: Command) =>
    command
      .argument('[run]', RUN_ARGUMENT, 'latest')
      .option('--slo <file>', "judge by this OpenSLO file, in place of the run's own objectives")
      .option(...JSON_OPTION)
      .addOption(allowOption()),
  load: async () => (await import('../judge.ts')).runJudge,
};
