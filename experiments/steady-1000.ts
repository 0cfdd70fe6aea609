import { defineExperiment } from '#contract/define.ts';
import { system } from '#sut/system.ts';

export default defineExperiment({
  name: 'steady-1000',
  question: 'Does the bare system hold 1,000 requests a second on this machine, next to its load generator?',
  pattern: null,
  candidate: system(),
  baselines: {},
  mainBaseline: null,
  load: {
    scenario: 'steady',
    rate: { perSecond: 1_000 },
    deadlineMs: 200,
    // Twice the deadline: later answers don't count, and each request that waits for one keeps a connection.
    clientTimeoutMs: 400,
    seconds: { warmUp: 5, steady: 60, fault: 0, recovery: 0 },
    loadtest: { steady: 60, trials: 1 },
  },
  faults: {},
  objectives: ['serving/available', 'serving/p95-below-100ms', 'serving/faithful', 'serving/correct-in-time'],
  claims: [],
});
