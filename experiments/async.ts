import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// XL one by one: an expensive model, of which one generator can ask several times what it can answer.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { async: {} } });

export default defineExperiment({
  name: 'async',
  question: 'Is every job that was accepted done, and soon, when five times too many come for ten seconds?',
  pattern: 'async',
  candidate,
  baselines: {
    // Its client gives up after a second, as the scenario says.
    synchronous: without(candidate, 'async'),
    'usual-sample': withOptions(candidate, {
      async: { storage: 'memory', acksBeforeWork: true, shortIds: true },
    }),
  },
  mainBaseline: 'synchronous',
  load: {
    scenario: 'jobs',
    rate: { ofCapacity: 0.1, atMost: 400 },
    deadlineMs: 70_000,
    clientTimeoutMs: 70_000,
    seconds: { warmUp: 2, steady: 8, fault: 10, recovery: 60 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    burst: { fault: 'overload', options: { ofCapacity: 5 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'jobs/acknowledged-within-20ms',
    'jobs/accounted-for',
    'jobs/accounted-for-in-fault',
    'jobs/accounted-for-in-recovery',
  ],
  claims: [
    {
      name: 'completes-what-it-accepted',
      kind: 'win',
      against: 'synchronous',
      in: ['burst'],
      metric: 'jobs-lost',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'is-done-soon-after',
      kind: 'win',
      against: 'synchronous',
      in: ['burst'],
      metric: 'seconds-to-last-final',
      compare: 'value',
      bound: { atMost: 60 },
    },
    {
      name: 'does-more-of-the-burst',
      kind: 'win',
      against: 'synchronous',
      in: ['burst'],
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'does-nothing-twice',
      kind: 'win',
      against: 'usual-sample',
      metric: 'effects-beyond-one',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'mixes-up-no-answers',
      kind: 'win',
      against: 'usual-sample',
      in: ['burst'],
      metric: 'jobs-wrong',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'acknowledges-in-the-burst-too',
      kind: 'cost',
      against: 'usual-sample',
      in: ['burst'],
      metric: 'acknowledge-p99-ms-in-fault',
      compare: 'value',
      bound: { atMost: 1_000 },
    },
    {
      name: 'answers-later-when-quiet',
      kind: 'loss',
      against: 'synchronous',
      metric: 'steady-p50-response-ms',
      compare: 'difference',
      // The first question for the job comes after 20 ms.
      bound: { atLeast: 2 },
    },
  ],
});
