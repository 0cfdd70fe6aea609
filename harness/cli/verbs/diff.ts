import type { Command } from 'commander';
import { RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const diff: Verb = {
  summary: 'shows two saved runs side by side: objectives, their outcomes, the difference',
  examples: ['npm run diff -- 2026-11-21T08-07-01-chaos latest'],
  configure: (command: Command) => command.argument('<before>', RUN_ARGUMENT).argument('<after>', 'the same'),
  load: async () => (await import('../diff.ts')).runDiff,
};
