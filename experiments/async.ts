import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';
import { jobsBurst } from './parts/jobs-burst.ts';

// XL one by one: an expensive model, of which one generator can ask several times what it can answer.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { async: {} } });

export default defineExperiment({
  ...jobsBurst,
  name: 'async',
  question: 'Is every job that was accepted done, and soon, when five times too many come for ten seconds?',
  candidate,
  baselines: {
    // Its client gives up after a second, as the scenario says.
    synchronous: without(candidate, 'async'),
  },
  mainBaseline: 'synchronous',
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
      name: 'acknowledges-in-the-burst-too',
      kind: 'cost',
      against: 'synchronous',
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
      // The first question for the job comes after 50 ms.
      bound: { atLeast: 2 },
    },
  ],
});
