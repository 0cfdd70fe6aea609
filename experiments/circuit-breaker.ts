import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

const candidate = system({ patterns: { 'circuit-breaker': { callTimeoutMs: 100 } } });

export default defineExperiment({
  name: 'circuit-breaker',
  question: 'Does a circuit breaker keep answers right and in time while the model server is slow?',
  pattern: 'circuit-breaker',
  candidate,
  baselines: {
    'no-timeout': without(candidate, 'circuit-breaker'),
    'timeout-100ms-fallback': withOptions(candidate, { 'circuit-breaker': { trips: false } }),
  },
  mainBaseline: 'no-timeout',
  load: {
    scenario: 'steady',
    // Client timeouts close a connection per request; above 500 new ones a second the proxy itself fails.
    rate: { ofCapacity: 0.6, atMost: 400 },
    deadlineMs: 200,
    clientTimeoutMs: 1_000,
    seconds: { warmUp: 3, steady: 10, fault: 20, recovery: 10 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    latency: { fault: 'latency', link: 'gateway->model-server', options: { latencyMs: 2_000 } },
    timeout: { fault: 'timeout', link: 'gateway->model-server', options: {} },
    reset: { fault: 'reset', link: 'gateway->model-server', options: {} },
    down: { fault: 'down', link: 'gateway->model-server', options: {} },
    pause: { fault: 'pause', service: 'model-server', options: {} },
    kill: { fault: 'kill', service: 'model-server', options: {} },
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
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.5 },
    },
    {
      name: 'opens-soon',
      kind: 'win',
      against: 'timeout-100ms-fallback',
      metric: 'seconds-to-open',
      compare: 'value',
      bound: { atMost: 1.5 },
    },
    {
      name: 'spares-the-slow-server',
      kind: 'win',
      against: 'timeout-100ms-fallback',
      metric: 'calls-per-request-once-open',
      compare: 'value',
      bound: { atMost: 0.01 },
    },
    {
      name: 'answers-sooner',
      kind: 'win',
      against: 'timeout-100ms-fallback',
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
      name: 'costs-no-accuracy',
      kind: 'cost',
      against: 'timeout-100ms-fallback',
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
    },
  ],
});
