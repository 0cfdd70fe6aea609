import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000, ttlMs: 1_000 } },
});

const link = 'gateway->model-server';

export default defineExperiment({
  name: 'cache-hot-key',
  question:
    'When the answer that most ask for expires, is the model asked once, or by all who come meanwhile?',
  pattern: 'prediction-cache',
  candidate,
  baselines: {
    'no-single-flight': withOptions(candidate, { 'prediction-cache': { singleFlight: false } }),
    'no-cache': without(candidate, 'prediction-cache'),
  },
  mainBaseline: 'no-cache',
  load: {
    scenario: 'zipf-2',
    // As much as the model holds, six of ten requests for one key.
    rate: { ofCapacity: 0.9, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 3, steady: 8, fault: 12, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    // A model that takes 50 ms: the longer a call, the more come while it is under way.
    latency: { fault: 'latency', link, options: { latencyMs: 50 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
    'overload/recovers-within-2s',
  ],
  claims: [
    {
      name: 'one-call-per-expiry',
      kind: 'win',
      against: 'no-single-flight',
      metric: 'model-calls-per-hot-expiry-in-fault',
      compare: 'value',
      bound: { atMost: 1 },
    },
    {
      name: 'where-many-are-made-without',
      kind: 'win',
      against: 'no-single-flight',
      in: ['latency'],
      metric: 'model-calls-per-hot-expiry-in-fault',
      compare: 'ratio',
      bound: { atMost: 0.2 },
    },
    {
      name: 'costs-no-goodput',
      kind: 'cost',
      against: 'no-single-flight',
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
  ],
});
