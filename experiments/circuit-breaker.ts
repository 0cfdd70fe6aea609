import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

const candidate = system({ patterns: { 'circuit-breaker': { callTimeoutMs: 100 } } });

const link = 'gateway->model-server';
const service = 'model-server';

/** Faults in which nothing good comes from the model server. */
const OUTAGES = ['latency', 'timeout', 'reset', 'down', 'pause', 'kill'];
/** Those of them in which a call fails only when somebody gives it up. */
const HANGS = ['latency', 'timeout', 'pause'];
/** Faults in which most of what the model server answers, or half of it, is good. */
const BROWN_OUTS = ['brown-out', 'flaky-50'];

export default defineExperiment({
  name: 'circuit-breaker',
  question: 'Does a circuit breaker keep answers right and in time while the model server is slow?',
  pattern: 'circuit-breaker',
  candidate,
  baselines: {
    'no-timeout': without(candidate, 'circuit-breaker'),
    'timeout-2s': withOptions(candidate, {
      'circuit-breaker': { callTimeoutMs: 2_000, trips: false, fallsBack: false },
    }),
    'timeout-100ms-fallback': withOptions(candidate, { 'circuit-breaker': { trips: false } }),
  },
  mainBaseline: 'no-timeout',
  load: {
    scenario: 'steady',
    // Client timeouts close a connection per request; above 500 new ones a second the proxy itself fails.
    rate: { ofCapacity: 0.6, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 3, steady: 8, fault: 15, recovery: 8 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    latency: { fault: 'latency', link, options: { latencyMs: 2_000 } },
    timeout: { fault: 'timeout', link, options: {} },
    reset: { fault: 'reset', link, options: {} },
    down: { fault: 'down', link, options: {} },
    pause: { fault: 'pause', service, options: {} },
    kill: { fault: 'kill', service, options: {} },
    'flaky-50': { fault: 'flaky', service, options: { errorShare: 0.5 } },
    'brown-out': { fault: 'flaky', service, options: { errorShare: 0.3 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'resilience/available',
    'serving/p95-below-100ms',
    'serving/faithful',
    'resilience/correct-in-time',
    'resilience/faithful-in-fault',
    'resilience/correct-in-time-in-fault',
    'resilience/recovers-within-3s',
  ],
  claims: [
    {
      name: 'keeps-goodput',
      kind: 'win',
      against: 'no-timeout',
      in: OUTAGES,
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'keeps-goodput-of-two-seconds',
      kind: 'win',
      against: 'timeout-2s',
      // Two seconds of latency and none differ only after the client has gone: not worth the headline's time.
      in: OUTAGES.filter((name) => name !== 'latency'),
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'opens-soon',
      kind: 'win',
      against: 'timeout-100ms-fallback',
      in: OUTAGES,
      metric: 'seconds-to-open',
      compare: 'value',
      bound: { atMost: 1.5 },
    },
    {
      name: 'spares-the-slow-server',
      kind: 'win',
      against: 'timeout-100ms-fallback',
      in: OUTAGES,
      metric: 'calls-per-request-once-open',
      compare: 'value',
      bound: { atMost: 0.01 },
    },
    {
      name: 'answers-sooner',
      kind: 'win',
      against: 'timeout-100ms-fallback',
      in: HANGS,
      metric: 'median-response-ms-once-open',
      compare: 'ratio',
      bound: { atMost: 0.25 },
    },
    {
      name: 'costs-no-goodput',
      kind: 'cost',
      against: 'timeout-100ms-fallback',
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: -0.01 },
    },
    {
      name: 'recovers-later',
      kind: 'cost',
      against: 'timeout-100ms-fallback',
      in: OUTAGES,
      metric: 'seconds-to-recover',
      compare: 'difference',
      // The time to the next probe, and a second because recovery is told in whole ones.
      bound: { atMost: 2 },
    },
    {
      name: 'throws-away-good-answers',
      kind: 'loss',
      against: 'timeout-100ms-fallback',
      in: BROWN_OUTS,
      metric: 'primary-share-in-fault',
      compare: 'ratio',
      bound: { atMost: 0.5 },
    },
    {
      name: 'loses-accuracy',
      kind: 'loss',
      against: 'timeout-100ms-fallback',
      in: BROWN_OUTS,
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      // The fallback is right one point less often; in place of half of the answers it costs half a point, if always open.
      bound: { atMost: -0.0025 },
    },
    {
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'timeout-100ms-fallback',
      in: [...OUTAGES, 'none'],
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
    },
  ],
});
