import type { Command } from 'commander';
import { addPlayOptions } from '../options.ts';
import type { Verb } from '../verb.ts';

export const loadtest: Verb = {
  summary: 'each candidate under its load, no faults: objectives, report',
  examples: [
    'npm run loadtest',
    'npm run loadtest -- steady-1000 --rate 500 --duration 20',
    'npm run loadtest -- ./mine.ts --dry-run',
  ],
  configure: (command: Command) => addPlayOptions(command),
  load: async () => (await import('../loadtest.ts')).runLoadtest,
};
