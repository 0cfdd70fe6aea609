import { defineExperiment } from '#contract/define.ts';
import { fullCache, fullCacheLoad, hitsAsAnIdealCacheDoes } from './parts/full-cache.ts';

export default defineExperiment({
  name: 'cache-uniform',
  question:
    'What does a cache cost where no input is more popular than another, so that it can gain nothing?',
  ...fullCache,
  load: {
    // Which keys come first is all the same where all come alike: the warm-up fills the cache by itself.
    scenario: 'steady',
    ...fullCacheLoad,
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.2 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
  ],
  claims: [
    {
      name: 'holds-no-more',
      kind: 'loss',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atMost: 0.5 },
    },
    {
      name: 'hits-next-to-nothing',
      kind: 'loss',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atMost: 0.07 },
    },
    hitsAsAnIdealCacheDoes,
    {
      name: 'costs-little-time',
      kind: 'cost',
      against: 'no-cache',
      metric: 'steady-median-service-ms',
      compare: 'ratio',
      bound: { atMost: 1.05 },
    },
  ],
});
