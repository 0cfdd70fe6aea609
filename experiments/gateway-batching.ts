import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// MLP, of which the way to the model costs as much as the model. The model server computes one by one: before one that
// batches there is as much to win, and that is more than one core of a load generator can ask for.
const candidate = system({ patterns: { 'gateway-batching': {} } });

export default defineExperiment({
  name: 'gateway-batching',
  question: 'Before a cheap model, does sending together what comes at once answer sooner than call by call?',
  pattern: 'gateway-batching',
  candidate,
  baselines: { 'call-by-call': without(candidate, 'gateway-batching') },
  mainBaseline: 'call-by-call',
  load: {
    scenario: 'steady',
    rate: { ofCapacity: 0.8, atMost: 3_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    // Code is hot only after some ten thousand requests.
    seconds: { warmUp: 8, steady: 10, fault: 5, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    none: { fault: 'none', options: {} },
    kill: { fault: 'kill', service: 'model-server', options: {} },
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
      name: 'answers-sooner',
      kind: 'win',
      against: 'call-by-call',
      metric: 'steady-p50-response-ms',
      compare: 'ratio',
      bound: { atMost: 0.8 },
    },
    {
      name: 'keeps-its-tail',
      kind: 'win',
      against: 'call-by-call',
      metric: 'steady-p99-response-ms',
      compare: 'ratio',
      bound: { atMost: 0.8 },
    },
    {
      name: 'costs-no-goodput',
      kind: 'cost',
      against: 'call-by-call',
      metric: 'steady-goodput',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
    {
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'call-by-call',
      metric: 'accuracy-in-steady',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
    },
    {
      name: 'loses-those-that-travel-together',
      kind: 'loss',
      against: 'call-by-call',
      in: ['kill'],
      metric: 'requests-lost-at-kill',
      compare: 'difference',
      // What is under way goes with its connection, either way; together with it goes what shares its request.
      bound: { atLeast: 1 },
    },
  ],
});
