import type { Command } from 'commander';
import { PINS_OPTION, RUN_ARGUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

export const pin: Verb = {
  summary: 'keeps a run as the reference for `gate`; only a run that passed, and only when you say so',
  examples: ['npm run pin -- latest', 'npm run pin -- 2026-11-21T08-07-01-loadtest'],
  configure: (command: Command) => command.argument('<run>', RUN_ARGUMENT).option(...PINS_OPTION),
  load: async () => (await import('../pin.ts')).runPin,
};
