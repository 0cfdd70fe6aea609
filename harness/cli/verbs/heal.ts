import type { Command } from 'commander';
import type { Verb } from '../verb.ts';

export const heal: Verb = {
  summary: 'removes every fault and stray process of a dead run, and says what it did',
  examples: ['npm run heal  # after "A run died and may have left something"'],
  configure: (command: Command) => command,
  load: async () => (await import('../heal.ts')).runHeal,
};
