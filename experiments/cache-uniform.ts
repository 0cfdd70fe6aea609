import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 } },
});

export default defineExperiment({
  name: 'cache-uniform',
  question:
    'What does a cache cost where no input is more popular than another, so that it can gain nothing?',
  pattern: 'prediction-cache',
  candidate,
  baselines: { 'no-cache': without(candidate, 'prediction-cache') },
  mainBaseline: 'no-cache',
  load: {
    // Which keys come first is all the same where all come alike: the warm-up fills the cache by itself.
    scenario: 'steady',
    rate: { ofCapacity: 0.7, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 30, steady: 8, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.2 } },
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
      name: 'holds-no-more',
      kind: 'loss',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atMost: 0.5 },
    },
    {
      name: 'hits-next-to-nothing',
      kind: 'loss',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atMost: 0.07 },
    },
    {
      name: 'hits-as-an-ideal-cache-does',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-short-of-ideal-in-fault',
      compare: 'value',
      bound: { atMost: 0.05 },
    },
    {
      name: 'costs-little-time',
      kind: 'cost',
      against: 'no-cache',
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 1.05 },
    },
  ],
});
