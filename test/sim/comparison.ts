import type { Experiment } from '#contract/experiment.ts';
import type { Sample } from '#contract/sample.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from './effects.ts';

/** The short breaker with claims that come out in every way, and three faults. */
export const shortComparison: Experiment = {
  ...shortBreaker,
  name: 'short-comparison',
  baselines: {
    'no-timeout': circuitBreaker.baselines['no-timeout'],
    'timeout-100ms-fallback': circuitBreaker.baselines['timeout-100ms-fallback'],
  },
  load: { ...shortBreaker.load, rate: { perSecond: 60 } },
  faults: {
    latency: circuitBreaker.faults.latency,
    slower: { fault: 'latency', link: 'gateway->model-server', options: { latencyMs: 1_000 } },
    // Does not bite: no simulated call runs out of time.
    timeout: circuitBreaker.faults.timeout,
    none: circuitBreaker.faults.none,
  },
  claims: [
    claim('keeps-goodput', 'win', 'no-timeout', 'goodput-in-fault', 'difference', { atLeast: 0.5 }),
    claim('answers-sooner', 'win', 'timeout-100ms-fallback', 'median-response-ms-once-open', 'ratio', {
      atMost: 0.25,
    }),
    claim('costs-little-time', 'cost', 'no-timeout', 'steady-p95-response-ms', 'ratio', { atMost: 1.1 }),
    claim('costs-no-goodput', 'cost', 'timeout-100ms-fallback', 'goodput-in-fault', 'difference', {
      atLeast: -0.05,
    }),
    claim('costs-no-accuracy', 'cost', 'timeout-100ms-fallback', 'accuracy-in-fault', 'paired-keys', {
      atLeast: -0.1,
    }),
    claim('loses-the-median', 'loss', 'no-timeout', 'steady-p50-response-ms', 'ratio', { atLeast: 1.01 }),
  ],
};

/** No simulated breaker says when it opened, so it can't be judged. */
export const silentClaim = claim('opens-soon', 'win', 'timeout-100ms-fallback', 'seconds-to-open', 'value', {
  atMost: 1.5,
});

function claim(
  name: string,
  kind: Experiment['claims'][number]['kind'],
  against: string,
  metric: string,
  compare: Experiment['claims'][number]['compare'],
  bound: Experiment['claims'][number]['bound'],
): Experiment['claims'][number] {
  return { name, kind, against, metric, compare, bound };
}

/** Answers as each variant would, with a spread from trial to trial that is the same every time. */
export const differing: SimulatedSystem = {
  answer: (index, _, faulted, { trialId, variant }) => {
    const breaker = variant.patterns['circuit-breaker'] as { trips?: boolean } | undefined;
    const luck = luckOf(trialId);
    const base: Sample = { ...GOOD, index, serviceMs: (breaker ? 3.1 : 3) * luck + (index % 7) / 8 };
    if (!faulted) return base;
    if (!breaker) return { ...base, status: 0, errorCode: 1050, servedBy: '', serviceMs: 1_000 };
    const right = index % Math.round(20 * luck) !== 0;
    const fallback = { ...base, servedBy: 'fallback', version: 'lin-1', right };
    return breaker.trips === false ? { ...fallback, serviceMs: 101 } : { ...fallback, serviceMs: 4 * luck };
  },
};

/** From 0.9 to 1.1, by the trial's name. */
function luckOf(trialId: string): number {
  const sum = [...trialId].reduce((so, letter) => (so * 31 + letter.charCodeAt(0)) % 1_009, 7);
  return 0.9 + (0.2 * sum) / 1_009;
}
