import type { Claim, Experiment } from '#contract/experiment.ts';
import { system, without } from '#sut/system.ts';

// What the experiments have alike whose cache is full before they begin and too small for all inputs; they differ in
// how popular inputs are, and in what is offered and claimed for that.

const candidate = system({
  models: { primary: 'xl-1' },
  patterns: { 'prediction-cache': { maxRows: 5_000 } },
});

export const fullCache = {
  pattern: 'prediction-cache',
  candidate,
  baselines: { 'no-cache': without(candidate, 'prediction-cache') },
  mainBaseline: 'no-cache',
} satisfies Partial<Experiment>;

/** All of the load but how keys are drawn. */
export const fullCacheLoad = {
  rate: { ofCapacity: 0.7, atMost: 1_000 },
  deadlineMs: 200,
  clientTimeoutMs: 1_000,
  // At 170/s and more the warm-up asks for more keys than the cache keeps, so that each new one drives another out.
  seconds: { warmUp: 30, steady: 8, fault: 10, recovery: 6 },
  loadtest: { steady: 10, trials: 3 },
} satisfies Partial<Experiment['load']>;

export const hitsAsAnIdealCacheDoes: Claim = {
  name: 'hits-as-an-ideal-cache-does',
  kind: 'win',
  against: 'no-cache',
  metric: 'hit-ratio-short-of-ideal-in-fault',
  compare: 'value',
  bound: { atMost: 0.05 },
};
