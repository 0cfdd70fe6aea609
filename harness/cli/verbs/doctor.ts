import type { Command } from 'commander';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  summary: 'what a run needs: what of it is here, what is missing and how to get it',
  examples: ['npm run doctor'],
  configure: (command: Command) => command,
  load: async () => (await import('../doctor.ts')).runDoctor,
};
