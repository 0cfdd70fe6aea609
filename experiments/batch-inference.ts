import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// XL one by one: an expensive model, of which one generator can ask several times what it can answer.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { 'batch-inference': {} } });

export default defineExperiment({
  name: 'batch-inference',
  question:
    'Does computing what waits in one run keep answers in time when three times too many requests come?',
  pattern: 'batch-inference',
  candidate,
  baselines: {
    'one-by-one': without(candidate, 'batch-inference'),
    'window-5ms': withOptions(candidate, { 'batch-inference': { windowMs: 5 } }),
  },
  mainBaseline: 'one-by-one',
  load: {
    scenario: 'steady',
    // Hardly a call meets another: what batching costs where it has nothing to win.
    rate: { ofCapacity: 0.1, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    // Steady: the 299 requests that 99 % needs, from 20 a second on.
    seconds: { warmUp: 2, steady: 15, fault: 10, recovery: 6 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 3 } },
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
      name: 'keeps-goodput',
      kind: 'win',
      against: 'one-by-one',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'answers-more-of-capacity',
      kind: 'win',
      against: 'one-by-one',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'difference',
      bound: { atLeast: 1.5 },
    },
    {
      name: 'leaves-no-backlog',
      kind: 'win',
      against: 'one-by-one',
      in: ['overload'],
      metric: 'seconds-to-drain',
      compare: 'value',
      bound: { atMost: 2 },
    },
    {
      name: 'answers-sooner-than-with-a-window',
      kind: 'win',
      against: 'window-5ms',
      in: ['busy', 'none'],
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      // The whole window less what the rest of a call takes.
      bound: { atMost: 0.7 },
    },
    {
      name: 'costs-nothing-when-quiet',
      kind: 'cost',
      against: 'one-by-one',
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 1.1 },
    },
    {
      name: 'costs-nothing-when-busy',
      kind: 'cost',
      against: 'one-by-one',
      in: ['busy'],
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
    {
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'one-by-one',
      in: ['busy', 'none'],
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
    },
  ],
});
