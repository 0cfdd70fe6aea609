import { defineExperiment } from '#contract/define.ts';
import { fullCache, fullCacheLoad, hitsAsAnIdealCacheDoes } from './parts/full-cache.ts';

export default defineExperiment({
  name: 'cache-zipf-07',
  question: 'What does a cache still hold where popularity is flatter, at Zipf 0.7?',
  ...fullCache,
  load: {
    scenario: 'zipf-07-warm',
    ...fullCacheLoad,
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 1.4 } },
    'overload-1.2': { fault: 'overload', options: { ofCapacity: 1.2 } },
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
      name: 'keeps-goodput',
      kind: 'win',
      against: 'no-cache',
      in: ['overload', 'overload-1.2'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'hits-three-of-ten',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atLeast: 0.3 },
    },
    hitsAsAnIdealCacheDoes,
  ],
});
