import { defineExperiment } from '#contract/define.ts';
import { system, withOptions, without } from '#sut/system.ts';

// XL one by one, as under the burst: jobs are under way at every moment.
const candidate = system({ models: { primary: 'xl-1' }, patterns: { async: { resultSeconds: 7_200 } } });

export default defineExperiment({
  name: 'async-faults',
  question: 'Is every job that was accepted done, exactly once and right, whatever dies or is cut off?',
  pattern: 'async',
  candidate,
  baselines: {
    // Its client gives up after a second, as the scenario says.
    synchronous: without(candidate, 'async'),
    'usual-sample': withOptions(candidate, {
      async: { storage: 'memory', acksBeforeWork: true, shortIds: true },
    }),
  },
  mainBaseline: 'synchronous',
  load: {
    scenario: 'jobs',
    rate: { ofCapacity: 0.3, atMost: 120 },
    // As long as it takes: what is asked is whether a job ends, not how soon.
    deadlineMs: 600_000,
    clientTimeoutMs: 600_000,
    seconds: { warmUp: 2, steady: 8, fault: 10, recovery: 40 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    'broker-killed': { fault: 'kill', service: 'broker', options: {} },
    'worker-killed': { fault: 'kill', service: 'worker', options: {} },
    'model-server-killed': { fault: 'kill', service: 'model-server', options: {} },
    'gateway-killed': { fault: 'kill', service: 'gateway', options: {} },
    'model-server-away': { fault: 'down', link: 'worker->model-server', options: {} },
    'gateway-cut-off': { fault: 'timeout', link: 'gateway->broker', options: {} },
    'worker-cut-off': { fault: 'timeout', link: 'worker->broker', options: {} },
    poison: { fault: 'poison', options: { share: 0.02 } },
    duplicate: { fault: 'duplicate', options: { share: 0.2 } },
    // A gateway waits so long between enqueue and answer: promises are in its hands when it is killed.
    'slow-acknowledgements': { fault: 'latency', link: 'gateway->broker', options: { latencyMs: 50 } },
    none: { fault: 'none', options: {} },
  },
  objectives: ['jobs/accounted-for', 'jobs/accounted-for-in-fault', 'jobs/accounted-for-in-recovery'],
  soak: {
    kills: ['worker', 'broker', 'model-server', 'gateway'],
    each: 66,
    counted: 60,
    everySeconds: 3.6,
    beside: 'slow-acknowledgements',
    losesWith: 'usual-sample',
    covers:
      'Killed were processes: the broker acknowledges after write(), so what it took outlives SIGKILL. A power cut or a ' +
      'crash of the kernel can take what was acknowledged since the last sync (at most two minutes; `syncs: true` ' +
      'syncs before each), and a broken disk takes all: one broker is one copy.',
    objectives: [
      'jobs/survives-kills-of-the-worker',
      'jobs/survives-kills-of-the-broker',
      'jobs/survives-kills-of-the-model-server',
      'jobs/survives-kills-of-the-gateway',
    ],
  },
  claims: [
    {
      name: 'loses-nothing',
      kind: 'win',
      against: 'usual-sample',
      metric: 'jobs-lost',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'where-the-usual-sample-does',
      kind: 'win',
      against: 'usual-sample',
      in: ['broker-killed', 'worker-killed', 'model-server-killed', 'model-server-away', 'poison'],
      metric: 'jobs-lost',
      compare: 'difference',
      bound: { atMost: -1 },
    },
    {
      name: 'does-nothing-twice',
      kind: 'win',
      against: 'usual-sample',
      metric: 'effects-beyond-one',
      compare: 'value',
      bound: { atMost: 0 },
    },
    {
      name: 'where-the-usual-sample-does-too',
      kind: 'win',
      against: 'usual-sample',
      in: ['duplicate'],
      metric: 'effects-beyond-one',
      compare: 'difference',
      bound: { atMost: -1 },
    },
    {
      name: 'does-what-comes-meanwhile',
      kind: 'win',
      against: 'synchronous',
      in: ['model-server-killed'],
      metric: 'goodput-in-fault',
      compare: 'difference',
      bound: { atLeast: 0.9 },
    },
  ],
});
