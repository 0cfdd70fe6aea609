import { defineExperiment } from '#contract/define.ts';
import { system, withOptions } from '#sut/system.ts';
import { jobsBurst } from './parts/jobs-burst.ts';

// The burst of `async` once more, beside the job queue of the usual sample.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { async: {} } });

export default defineExperiment({
  ...jobsBurst,
  name: 'async-sample',
  question: "What does a burst of jobs lose and mix up with the usual sample's queue, where nothing dies?",
  candidate,
  baselines: {
    'usual-sample': withOptions(candidate, {
      async: { storage: 'memory', acksBeforeWork: true, shortIds: true },
    }),
  },
  mainBaseline: 'usual-sample',
  claims: [
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
      name: 'acknowledges-as-soon-in-the-burst',
      kind: 'cost',
      against: 'usual-sample',
      in: ['burst'],
      metric: 'acknowledge-p99-ms-in-fault',
      compare: 'difference',
      // What the disk costs.
      bound: { atMost: 50 },
    },
  ],
});
