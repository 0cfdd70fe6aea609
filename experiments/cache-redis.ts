import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { store: 'redis' } },
});

const link = 'gateway->redis';

/** Faults in which Redis gives nothing in time. */
const OUTAGES = ['latency', 'down'];

export default defineExperiment({
  name: 'cache-redis',
  question: 'Does a cache in Redis do no harm while Redis is slow or gone, and what does the way to it cost?',
  pattern: 'prediction-cache',
  candidate,
  baselines: {
    'fails-closed': withOptions(candidate, { 'prediction-cache': { failsOpen: false } }),
    memory: withOptions(candidate, { 'prediction-cache': { store: 'memory' } }),
    'no-cache': without(candidate, 'prediction-cache'),
  },
  mainBaseline: 'no-cache',
  load: {
    // Where the cache is full most answers come from it, and the median tells of it.
    scenario: 'zipf-1-warm',
    // As much as the model answers by itself, while there is no cache.
    rate: { ofCapacity: 0.5, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 10, steady: 8, fault: 10, recovery: 8 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    latency: { fault: 'latency', link, options: { latencyMs: 100 } },
    down: { fault: 'down', link, options: {} },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/correct-in-time',
    'resilience/faithful-in-fault',
    'resilience/correct-in-time-in-fault',
    'resilience/recovers-within-3s',
  ],
  claims: [
    {
      name: 'keeps-goodput',
      kind: 'win',
      against: 'fails-closed',
      in: OUTAGES,
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'recovers-soon',
      kind: 'win',
      against: 'fails-closed',
      in: OUTAGES,
      metric: 'seconds-to-recover',
      compare: 'value',
      bound: { atMost: 2 },
    },
    {
      name: 'answers-sooner-than-the-model',
      kind: 'win',
      against: 'no-cache',
      in: ['none'],
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 0.7 },
    },
    {
      name: 'hits-as-often-as-memory',
      kind: 'cost',
      against: 'memory',
      in: ['none'],
      metric: 'hit-ratio-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.02 },
    },
    {
      name: 'is-slower-than-memory',
      kind: 'loss',
      against: 'memory',
      in: ['none'],
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atLeast: 1.1 },
    },
  ],
});
