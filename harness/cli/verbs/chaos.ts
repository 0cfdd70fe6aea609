import type { Command } from 'commander';
import { addChaosOptions, addPlayOptions } from '../options.ts';
import type { Verb } from '../verb.ts';

export const chaos: Verb = {
  summary: 'load with faults and recovery: candidate and baselines side by side',
  examples: [
    'npm run chaos -- circuit-breaker',
    'npm run chaos -- circuit-breaker --fault kill --open',
    'npm run chaos -- circuit-breaker --without circuit-breaker  # to see what a failure looks like',
    'npm run chaos -- circuit-breaker --runtime containers',
    'npm run chaos -- circuit-breaker --runtime stack  # against docker-compose.yml, up',
    'npm run --silent chaos -- circuit-breaker --json > verdict.json',
  ],
  configure: (command: Command) => addChaosOptions(addPlayOptions(command)),
  load: async () => (await import('../chaos.ts')).runChaos,
};
