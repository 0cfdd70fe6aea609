import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// MLP, of which the way to the model costs as much as the model. The model server computes one by one: before one that
// batches there is as much to win, and that is more than one core of a load generator can ask for. What either variant
// can't have computed the limit answers at once, so that no crowd of waiting requests wears the generator out.
const candidate = system({ patterns: { 'gateway-batching': {}, 'overload-limit': { maxInFlight: 64 } } });

export default defineExperiment({
  name: 'gateway-batching',
  question:
    'Before a cheap model, does sending together what comes at once get more answers from the model than call by call?',
  pattern: 'gateway-batching',
  candidate,
  baselines: {
    'call-by-call': without(candidate, 'gateway-batching'),
    'no-limit': system(),
  },
  // A limit answers whatever comes, so that there would be no rate too high for it.
  mainBaseline: 'no-limit',
  load: {
    scenario: 'steady',
    // Hardly a call meets another: what it costs where it has nothing to win.
    rate: { ofCapacity: 0.1, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 2, steady: 15, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.5 } },
    busy: { fault: 'overload', options: { ofCapacity: 0.8 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/correct-in-time',
    'resilience/faithful-in-fault',
    'overload/correct-in-time-in-overload',
    'overload/recovers-within-2s',
  ],
  claims: [
    {
      name: 'gets-more-from-the-model',
      kind: 'win',
      against: 'call-by-call',
      in: ['overload'],
      metric: 'primary-of-capacity-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.2 },
    },
    {
      name: 'costs-nothing-when-quiet',
      kind: 'cost',
      against: 'call-by-call',
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 1.1 },
    },
    {
      name: 'costs-nothing-when-busy',
      kind: 'cost',
      against: 'call-by-call',
      in: ['busy'],
      metric: 'primary-of-capacity-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
    {
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'call-by-call',
      in: ['busy', 'none'],
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
    },
  ],
});
