import { defineExperiment } from '#contract/define.ts';
import { fullCache, fullCacheLoad, hitsAsAnIdealCacheDoes } from './parts/full-cache.ts';

export default defineExperiment({
  name: 'cache-zipf-1',
  question: 'What does a cache hold that is full from long before and too small for all inputs, at Zipf 1.0?',
  ...fullCache,
  load: {
    scenario: 'zipf-1-warm',
    ...fullCacheLoad,
  },
  faults: {
    overload: { fault: 'overload', options: { ofCapacity: 2.5 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/faithful-in-fault',
    'overload/correct-in-time-in-overload',
    'overload/recovers-within-2s',
  ],
  claims: [
    {
      name: 'keeps-goodput',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-in-fault',
      compare: 'value',
      bound: { atLeast: 0.9 },
    },
    {
      name: 'holds-twice-the-capacity',
      kind: 'win',
      against: 'no-cache',
      in: ['overload'],
      metric: 'goodput-of-capacity-in-fault',
      compare: 'value',
      bound: { atLeast: 2.2 },
    },
    {
      name: 'hits-two-of-three',
      kind: 'win',
      against: 'no-cache',
      metric: 'hit-ratio-in-fault',
      compare: 'value',
      bound: { atLeast: 0.65 },
    },
    hitsAsAnIdealCacheDoes,
  ],
});
