import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';

// LIN answers now, XL's answer follows: both stages are the parts of `async`.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { async: { answersNow: true } } });

export default defineExperiment({
  name: 'two-stage',
  question:
    "Does a small model that answers now, with the large one's answer to follow, hold where that alone fails?",
  pattern: 'async',
  candidate,
  baselines: { 'one-stage': without(candidate, 'async') },
  mainBaseline: 'one-stage',
  load: {
    scenario: 'jobs',
    rate: { ofCapacity: 0.2, atMost: 400 },
    deadlineMs: 60_000,
    clientTimeoutMs: 60_000,
    seconds: { warmUp: 2, steady: 8, fault: 10, recovery: 40 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 3 } },
    'worker-killed': { fault: 'kill', service: 'worker', options: {} },
    'broker-down': { fault: 'down', link: 'gateway->broker', options: {} },
    none: { fault: 'none', options: {} },
  },
  objectives: ['jobs/accounted-for', 'jobs/accounted-for-in-fault', 'jobs/accounted-for-in-recovery'],
  claims: [
    {
      name: 'answers-now-under-overload',
      kind: 'win',
      against: 'one-stage',
      in: ['overload', 'broker-down'],
      metric: 'first-goodput-in-fault',
      compare: 'value',
      // LIN is right for 96.6 % of the pool.
      bound: { atLeast: 0.9 },
    },
    {
      name: 'where-one-stage-does-not',
      kind: 'win',
      against: 'one-stage',
      in: ['overload'],
      metric: 'first-goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'is-as-right-in-the-end',
      kind: 'win',
      against: 'one-stage',
      in: ['none', 'worker-killed'],
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.001 },
    },
    {
      name: 'changes-its-mind',
      kind: 'loss',
      against: 'one-stage',
      metric: 'flip-rate',
      compare: 'value',
      // The two models are of different opinions about some images; what was read in between was wrong or will be.
      bound: { atLeast: 0.01 },
    },
    {
      name: 'not-too-often',
      kind: 'cost',
      against: 'one-stage',
      metric: 'flip-rate',
      compare: 'value',
      bound: { atMost: 0.06 },
    },
  ],
});
