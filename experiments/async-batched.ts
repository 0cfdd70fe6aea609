import { defineExperiment } from '#contract/define.ts';
import { system, without } from '#sut/system.ts';
import { jobsBurst } from './parts/jobs-burst.ts';

// The burst of `async` once more, with what waits computed in one run behind the worker. More jobs are under way at a
// time, or there would be nothing to batch.
const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { async: { maxRunning: 128 }, 'batch-inference': {} },
});

export default defineExperiment({
  ...jobsBurst,
  name: 'async-batched',
  question: 'How soon is a burst of jobs done when the model server computes in batches what waits?',
  candidate,
  baselines: { 'one-by-one': without(candidate, 'batch-inference') },
  mainBaseline: 'one-by-one',
  claims: [
    {
      name: 'is-done-sooner',
      kind: 'win',
      against: 'one-by-one',
      in: ['burst'],
      metric: 'seconds-to-last-final',
      compare: 'difference',
      bound: { atMost: -10 },
    },
    {
      name: 'loses-nothing',
      kind: 'win',
      against: 'one-by-one',
      metric: 'jobs-lost',
      compare: 'value',
      bound: { atMost: 0 },
    },
  ],
});
