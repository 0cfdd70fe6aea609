import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// XL one by one: a model that costs enough for an answer from the cache to be worth having.
const candidate = system({
  models: { primary: 'xl-1', next: 'mlp-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 } },
});

export default defineExperiment({
  name: 'prediction-cache',
  question: 'Does a prediction cache answer twice what the model can, where few inputs come often?',
  pattern: 'prediction-cache',
  candidate,
  baselines: {
    'no-cache': without(candidate, 'prediction-cache'),
    // The usual sample's; a day is longer than any run.
    naive: withOptions(candidate, { 'prediction-cache': { keyHasVersions: false, ttlMs: 86_400_000 } }),
  },
  mainBaseline: 'no-cache',
  load: {
    scenario: 'zipf-1',
    rate: { ofCapacity: 0.5, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 5, steady: 8, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 2 } },
    swap: { fault: 'swap-model', service: 'gateway', options: { version: 'mlp-1' } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
    'overload/correct-in-time-in-overload',
    'overload/recovers-within-2s',
  ],
  claims: [
    {
      name: 'keeps-goodput',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'answers-more-of-capacity',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'difference',
      bound: { atLeast: 1 },
    },
    {
      name: 'hits-as-an-ideal-cache-does',
      kind: 'win',
      against: 'no-cache',
      in: ['overload', 'none'],
      metric: 'hit-ratio-short-of-ideal-in-fault',
      compare: 'value',
      bound: { atMost: 0.05 },
    },
    {
      name: 'gives-no-replaced-answer',
      kind: 'win',
      against: 'naive',
      in: ['swap'],
      metric: 'replaced-answers-in-fault',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'where-the-naive-cache-does',
      kind: 'win',
      against: 'naive',
      in: ['swap'],
      metric: 'replaced-answers-in-fault',
      compare: 'difference',
      bound: { atMost: -0.05 },
    },
    {
      name: 'costs-no-goodput',
      kind: 'cost',
      against: 'no-cache',
      metric: 'steady-goodput',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
  ],
});
