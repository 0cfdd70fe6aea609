import { type Command, Option } from 'commander';
import { addFaultOption, addPlayOptions } from '../options.ts';
import type { Verb } from '../verb.ts';

export const compare: Verb = {
  summary:
    'candidate against baselines, or another commit, in interleaved pairs: what it wins and what it costs',
  examples: [
    'npm run compare -- circuit-breaker',
    'npm run compare -- circuit-breaker --profile quick  # one pair: effects, no judgement',
    'npm run compare -- circuit-breaker --profile full  # every fault, within an hour',
    'npm run compare -- circuit-breaker --profile full --background  # and the terminal is free',
    'npm run compare -- --resume latest  # after Ctrl-C, or after a kill',
    'npm run compare -- steady-1000 --duration 10 --against main  # has it become slower since?',
    'npm run compare -- ./mine.ts --against-target http://127.0.0.1:8001  # the server before, up beside the new one',
    'npm run --silent compare -- circuit-breaker --json > verdict.json',
  ],
  configure: (command: Command) =>
    addFaultOption(addPlayOptions(command, 'standard'))
      .addOption(
        new Option(
          '--against <ref>',
          "hold the candidate against a git commit's sut/ in place of its baselines: exit 3 where it has become worse",
          // The image of the system is made of this folder's.
        ).conflicts('runtime'),
      )
      .addOption(
        new Option(
          '--against-target <url>',
          "hold an experiment's target against another server of yours, in turns: exit 3 where it has become worse",
        ).conflicts(['against', 'runtime']),
      ),
  load: async () => (await import('../compare.ts')).runCompare,
};
