import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 } },
});

export default defineExperiment({
  name: 'cache-zipf-1',
  question: 'What does a cache hold that is full from long before and too small for all inputs, at Zipf 1.0?',
  pattern: 'prediction-cache',
  candidate,
  baselines: { 'no-cache': without(candidate, 'prediction-cache') },
  mainBaseline: 'no-cache',
  load: {
    scenario: 'zipf-1-warm',
    rate: { ofCapacity: 0.7, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    // At 170/s and more the warm-up asks for more keys than the cache keeps, so that each new one drives another out.
    seconds: { warmUp: 30, steady: 8, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 2.5 } },
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
      name: 'holds-twice-the-capacity',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'value',
      bound: { atLeast: 2.2 },
    },
    {
      name: 'hits-two-of-three',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atLeast: 0.65 },
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
