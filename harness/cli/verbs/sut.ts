import type { Command } from 'commander';
import type { Verb } from '../verb.ts';

export const sut: Verb = {
  summary: 'starts the reference system alone and prints its addresses',
  examples: [
    'npm run sut',
    'npm run sut -- circuit-breaker/no-timeout',
    'npm run sut -- --config reports/runs/latest/trials/circuit-breaker/1-candidate/services/gateway.json',
  ],
  configure: (command: Command) =>
    command
      .argument(
        '[variant]',
        "an experiment's candidate (circuit-breaker) or baseline (circuit-breaker/no-timeout)",
      )
      .option('--config <file>', "one service from its configuration file, as a run's folder has them"),
  load: async () => (await import('../sut.ts')).runSut,
};
