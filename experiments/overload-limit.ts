import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// XL one by one: an expensive model, of which one generator can ask several times what it can answer.
const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'overload-limit': { maxInFlight: 16 } },
});

export default defineExperiment({
  name: 'overload-limit',
  question:
    'Does a limit on the calls under way keep answers in time when three times too many requests come?',
  pattern: 'overload-limit',
  candidate,
  baselines: {
    'no-limit': without(candidate, 'overload-limit'),
    'reject-429': withOptions(candidate, { 'overload-limit': { fallsBack: false } }),
  },
  mainBaseline: 'no-limit',
  load: {
    scenario: 'steady',
    rate: { ofCapacity: 0.4, atMost: 1_000 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 2, steady: 7, fault: 20, recovery: 8 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 3 } },
    'at-capacity': { fault: 'overload', options: { ofCapacity: 1 } },
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
      against: 'no-limit',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'answers-more-of-capacity',
      kind: 'win',
      against: 'no-limit',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'difference',
      // 0.8 C at least, even if the fallback had answered nothing, against 0.2 C at most.
      bound: { atLeast: 0.6 },
    },
    {
      name: 'makes-use-of-the-model',
      kind: 'win',
      against: 'no-limit',
      in: ['overload'],
      metric: 'primary-of-capacity-in-fault',
      compare: 'value',
      bound: { atLeast: 0.8 },
    },
    {
      name: 'answers-the-rest-too',
      kind: 'win',
      against: 'reject-429',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'difference',
      // What is over C, from a fallback that is right a little less often.
      bound: { atLeast: 1.5 },
    },
    {
      name: 'drains-soon',
      kind: 'win',
      against: 'no-limit',
      in: ['overload'],
      metric: 'seconds-to-drain',
      compare: 'value',
      bound: { atMost: 2 },
    },
    {
      name: 'costs-nothing-when-quiet',
      kind: 'cost',
      against: 'no-limit',
      metric: 'steady-goodput',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
    {
      name: 'costs-little-at-capacity',
      kind: 'cost',
      against: 'no-limit',
      in: ['at-capacity'],
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.03 },
    },
    {
      name: 'turns-bursts-away',
      kind: 'loss',
      against: 'no-limit',
      in: ['at-capacity'],
      metric: 'primary-share-in-fault',
      compare: 'difference',
      // A queue without end would have absorbed them.
      bound: { atMost: -0.01 },
    },
  ],
});
