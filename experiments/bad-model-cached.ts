import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// The fault is a bad release, the heal its roll back: what a cache kept of the bad model shows after that.
const candidate = system({
  models: { primary: 'mlp-1', next: 'bad60-1' },
  patterns: { 'prediction-cache': {} },
});

export default defineExperiment({
  name: 'bad-model-cached',
  question: 'Once a bad model is rolled back, does a prediction cache still give its answers?',
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
    // What is asked is whether answers are right, not how many there can be.
    rate: { perSecond: 300 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    // The bad model is out for longer than the good one was: a cache without versions shields from it what it knows.
    seconds: { warmUp: 3, steady: 7, fault: 20, recovery: 10 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    'bad-release': { fault: 'swap-model', service: 'gateway', options: { version: 'bad60-1' } },
    none: { fault: 'none', options: {} },
  },
  // None on being right in the fault: the bad model is not, cached or not.
  objectives: [
    'resilience/available',
    'resilience/correct-in-time',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
    'overload/recovers-within-2s',
  ],
  claims: [
    {
      name: 'gives-no-rolled-back-answer',
      kind: 'win',
      against: 'naive',
      in: ['bad-release'],
      metric: 'rolled-back-answers-in-recovery',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'where-the-naive-cache-does',
      kind: 'win',
      against: 'naive',
      in: ['bad-release'],
      metric: 'rolled-back-answers-in-recovery',
      compare: 'difference',
      bound: { atMost: -0.05 },
    },
    {
      name: 'is-right-about-more-keys',
      kind: 'win',
      against: 'naive',
      in: ['bad-release'],
      metric: 'accuracy-in-recovery',
      compare: 'paired-keys',
      bound: { atLeast: 0.02 },
    },
    {
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'no-cache',
      in: ['bad-release'],
      metric: 'accuracy-in-recovery',
      compare: 'paired-keys',
      bound: { atLeast: -0.01 },
    },
  ],
});
