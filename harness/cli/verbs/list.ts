import type { Command } from 'commander';
import type { Verb } from '../verb.ts';

export const list: Verb = {
  summary: 'what there is: experiments, patterns, faults, objectives, scenarios, links, models',
  examples: ['npm run list', 'npm run --silent list -- --json'],
  configure: (command: Command) => command.option('--json', 'as JSON', false),
  load: async () => (await import('../list.ts')).runList,
};
