import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 } },
});

export default defineExperiment({
  name: 'cache-zipf-07',
  question: 'What does a cache still hold where popularity is flatter, at Zipf 0.7?',
  pattern: 'prediction-cache',
  candidate,
  baselines: { 'no-cache': without(candidate, 'prediction-cache') },
  mainBaseline: 'no-cache',
  load: {
    scenario: 'zipf-07-warm',
    rate: { ofCapacity: 0.7, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 30, steady: 8, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.4 } },
    'overload-1.2': { fault: 'overload', options: { ofCapacity: 1.2 } },
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
      name: 'keeps-goodput',
      kind: 'win',
      against: 'no-cache',
      in: ['overload', 'overload-1.2'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'hits-three-of-ten',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atLeast: 0.3 },
    },
    {
      name: 'hits-as-an-ideal-cache-does',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-short-of-ideal-in-fault',
      compare: 'value',
      bound: { atMost: 0.05 },
    },
  ],
});
