import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// The burst of `async` once more, with what waits computed in one run behind the worker. More jobs are under way at a
// time, or there would be nothing to batch.
const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { async: { maxRunning: 128 }, 'batch-inference': {} },
});

export default defineExperiment({
  name: 'async-batched',
  question: 'How soon is a burst of jobs done when the model server computes in batches what waits?',
  pattern: 'async',
  candidate,
  baselines: { 'one-by-one': without(candidate, 'batch-inference') },
  mainBaseline: 'one-by-one',
  load: {
    scenario: 'jobs',
    rate: { ofCapacity: 0.1, atMost: 400 },
    deadlineMs: 70_000,
    clientTimeoutMs: 70_000,
    seconds: { warmUp: 2, steady: 8, fault: 10, recovery: 60 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    burst: { fault: 'overload', options: { ofCapacity: 5 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'jobs/acknowledged-within-20ms',
    'jobs/accounted-for',
    'jobs/accounted-for-in-fault',
    'jobs/accounted-for-in-recovery',
  ],
  claims: [
    {
      name: 'is-done-sooner',
      kind: 'win',
      against: 'one-by-one',
      in: ['burst'],
      metric: 'seconds-to-last-final',
      compare: 'difference',
      bound: { atMost: -10 },
    },
    {
      name: 'loses-nothing',
      kind: 'win',
      against: 'one-by-one',
      metric: 'jobs-lost',
      compare: 'value',
      bound: { atMost: 0 },
    },
  ],
});
