import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// XL at a rate that it holds one by one too, or nothing could be lost in comparison.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { 'batch-inference': {} } });

export default defineExperiment({
  name: 'batch-killed',
  question: 'Does a model server that computes in batches lose more answers when it is killed?',
  pattern: 'batch-inference',
  candidate,
  baselines: {
    'one-by-one': without(candidate, 'batch-inference'),
    'two-threads': { ...candidate, services: { ...candidate.services, 'model-server': { threads: 2 } } },
  },
  mainBaseline: 'one-by-one',
  load: {
    scenario: 'steady',
    rate: { ofCapacity: 0.8, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 2, steady: 8, fault: 3, recovery: 8 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    kill: { fault: 'kill', service: 'model-server', options: {} },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/correct-in-time',
    'resilience/recovers-within-3s',
  ],
  claims: [
    {
      name: 'loses-a-batch-in-place-of-one',
      kind: 'loss',
      against: 'one-by-one',
      in: ['kill'],
      metric: 'requests-lost-at-kill',
      compare: 'difference',
      // All rows of a run go with it; what waits goes either way, since the queue is in the same process.
      bound: { atLeast: 1 },
    },
    {
      name: 'loses-no-more-than-two-threads',
      kind: 'cost',
      against: 'two-threads',
      in: ['kill'],
      metric: 'requests-lost-at-kill',
      compare: 'difference',
      // Threads share their process, and its end.
      bound: { atMost: 5 },
    },
    {
      name: 'comes-back-as-soon',
      kind: 'cost',
      against: 'one-by-one',
      in: ['kill'],
      metric: 'seconds-to-recover',
      compare: 'difference',
      bound: { atMost: 1 },
    },
    {
      name: 'costs-nothing-before',
      kind: 'cost',
      against: 'one-by-one',
      metric: 'steady-goodput',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
  ],
});
