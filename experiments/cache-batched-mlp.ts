import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// A model whose batched run costs less than the request for it: what a cache spares is the call, hardly the model.
const candidate = system({
  models: { primary: 'mlp-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 }, 'batch-inference': {} },
});

export default defineExperiment({
  name: 'cache-batched-mlp',
  question: 'How little does a cache win before a model that is cheap, because its requests are batched?',
  pattern: 'prediction-cache',
  candidate,
  baselines: { 'no-cache': without(candidate, 'prediction-cache') },
  mainBaseline: 'no-cache',
  load: {
    scenario: 'zipf-1-warm',
    rate: { ofCapacity: 0.5, atMost: 2_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 8, steady: 8, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.25 } },
    'overload-2': { fault: 'overload', options: { ofCapacity: 2 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
  ],
  claims: [
    {
      name: 'holds-a-quarter-more',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'holds-not-twice-as-much',
      kind: 'loss',
      against: 'no-cache',
      in: ['overload-2'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atMost: 0.5 },
    },
    {
      name: 'costs-no-time',
      kind: 'cost',
      against: 'no-cache',
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 1.05 },
    },
  ],
});
