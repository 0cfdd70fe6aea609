import type { Command } from 'commander';
import { kinds } from '#harness/scaffold/kinds.ts';
import type { Verb } from '../verb.ts';

export const newMember: Verb = {
  summary: 'makes the files of a new pattern, fault, reporter or experiment, and its line in the map',
  examples: [
    'npm run new -- fault slow-close',
    'npm run new -- pattern retry',
    'npm run new -- reporter csv',
    'npm run new -- experiment slow-start',
  ],
  configure: (command: Command) =>
    command
      .argument('<kind>', Object.keys(kinds).join(', '))
      .argument('<name>', 'lower-case words joined by dashes'),
  load: async () => (await import('../new.ts')).runNew,
};
