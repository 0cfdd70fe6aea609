import { METRICS } from '#contract/metrics.ts';
import { CANDIDATE } from '#contract/names.ts';
import { simulationPart, VIRTUAL_ACCELERATOR } from '#contract/simulation.ts';
import type { ClaimResult, Outcome, RegressionResult } from '#contract/verdict.ts';
import type { ReportInput } from './reporter.ts';
import {
  alerts,
  budget,
  experiment,
  facts,
  objective,
  play,
  rang,
  regression,
  run,
  T0,
  tape,
  variant,
  verdictOf,
} from './test-fixture.ts';

// Runs named by their situation, for the tests of all reporters.

const FAULT = { fromMs: 6_000, toMs: 10_000 };
const CHAOS_SECONDS = 14;

const inFault = (ms: number) => ms >= FAULT.fromMs && ms < FAULT.toMs;

const chaosTape = tape(CHAOS_SECONDS, [
  { phase: 'warm-up', fromMs: 0, toMs: 2_000 },
  { phase: 'steady', fromMs: 2_000, toMs: FAULT.fromMs },
  { phase: 'fault', ...FAULT },
  { phase: 'recovery', fromMs: FAULT.toMs, toMs: CHAOS_SECONDS * 1_000 },
]);

const chaosPlan = experiment('breaker', {
  question: 'Does a circuit breaker keep answers right and in time while the model server is slow?',
  pattern: 'circuit-breaker',
  variants: {
    [CANDIDATE]: variant({ 'circuit-breaker': { callTimeoutMs: 100 } }),
    'no-timeout': variant({}),
  },
  proxiedLinks: ['gateway->model-server'],
  tapes: [chaosTape],
  faults: [
    {
      name: 'latency',
      injectAtMs: FAULT.fromMs,
      healAtMs: FAULT.toMs,
      inject: [
        {
          do: 'add-toxic',
          link: 'gateway->model-server',
          toxic: {
            name: 'latency',
            type: 'latency',
            stream: 'downstream',
            toxicity: 1,
            attributes: { latency: 2_000 },
          },
        },
      ],
      heal: [{ do: 'remove-toxic', link: 'gateway->model-server', name: 'latency' }],
      bite: { link: 'gateway->model-server', anyOf: [{ meanCallSecondsAtLeast: 1.8 }] },
    },
  ],
  trials: [
    { id: '1-candidate', variant: CANDIDATE, round: 1 },
    { id: '1-no-timeout', variant: 'no-timeout', round: 1 },
  ],
  objectives: [
    { name: 'correct-in-time', indicator: 'goodput', phase: 'steady', target: 0.93 },
    { name: 'correct-in-time-in-fault', indicator: 'goodput', phase: 'fault', target: 0.93 },
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
  ],
});

const chaosFault = {
  name: 'latency',
  injectRequestedAt: T0 + FAULT.fromMs - 5,
  injectedAt: T0 + FAULT.fromMs,
  healRequestedAt: T0 + FAULT.toMs,
  healedAt: T0 + FAULT.toMs + 5,
  residue: [],
  error: null,
};

const page = rang({ fault: 'latency', secondsAfterInject: 3 });
const unseen = (times: number) => ({
  name: 'latency',
  first: null,
  rangBefore: false,
  burnt: { objective: 'correct-in-time', times },
});

const budgetsAndAlerts = {
  budgets: Object.entries({ [CANDIDATE]: 2, 'no-timeout': 80 }).flatMap(([name, missed]) => [
    budget('correct-in-time', name, 'steady', 2),
    budget('correct-in-time', name, 'fault', missed),
    budget('correct-in-time', name, 'recovery', 0),
    budget('correct-in-time-in-fault', name, 'fault', missed),
  ]),
  alerts: [
    alerts(CANDIDATE, '1-candidate', { faults: [unseen(0.5)] }),
    alerts('no-timeout', '1-no-timeout', { rang: [page], faults: [{ ...unseen(20), first: page }] }),
  ],
};

function keptObjectives(): ReportInput {
  const opened = { [METRICS.breakerOpened]: (T0 + FAULT.fromMs + 1_000) / 1_000 };
  const gauge = { at: T0 + FAULT.toMs, service: 'gateway' as const, moment: 'before-heal' as const };
  const rule = {
    rule: 'lateness',
    held: true,
    observed: 'p99 of the lateness 2 ms',
    advice: 'Lower the rate.',
  };
  const bite = { held: true, observed: '40 calls timed out' };
  return run('chaos', {
    plan: chaosPlan,
    trials: [
      facts('breaker', '1-candidate', CANDIDATE, {
        faults: [chaosFault],
        scrapes: [{ ...gauge, values: opened }],
      }),
      facts('breaker', '1-no-timeout', 'no-timeout', { faults: [chaosFault] }),
    ],
    samples: {
      '1-candidate': play(chaosTape, (ms) =>
        inFault(ms) ? { servedBy: 'fallback', reason: 'open', version: 'lin-1', serviceMs: 1 } : {},
      ),
      '1-no-timeout': play(chaosTape, (ms) =>
        inFault(ms) ? { status: 0, errorCode: 1050, serviceMs: 1_000, servedBy: '', faithful: false } : {},
      ),
    },
    verdict: verdictOf('breaker', 'pass', {
      pattern: 'circuit-breaker',
      validity: [
        { ...rule, variant: CANDIDATE, trial: '1-candidate' },
        { ...rule, variant: 'no-timeout', trial: '1-no-timeout' },
      ],
      objectives: [
        objective('correct-in-time', CANDIDATE, 0.975, 'pass'),
        objective('correct-in-time-in-fault', CANDIDATE, 0.975, 'pass'),
        objective('correct-in-time', 'no-timeout', 0.975, 'pass'),
        objective('correct-in-time-in-fault', 'no-timeout', 0, 'fail'),
      ],
      claims: [
        {
          name: 'keeps-goodput',
          kind: 'win',
          against: 'no-timeout',
          outcome: 'observed',
          metric: 'goodput-in-fault',
          unit: 'share',
          compare: 'difference',
          bound: { atLeast: 0.5 },
          baseline: 0,
          candidate: 0.975,
          effect: 0.975,
          interval: null,
          within: true,
          pairs: null,
          agreeing: null,
          keys: null,
          advice: '',
        },
      ],
      faults: [CANDIDATE, 'no-timeout'].map((name) => ({
        name: 'latency',
        variant: name,
        trial: `1-${name}`,
        bite,
        goodput: name === CANDIDATE ? 0.975 : 0,
        recovery: { state: 'recovered' as const, detectSeconds: 0.1, recoverSeconds: 1 },
      })),
      ...budgetsAndAlerts,
    }),
  });
}

/** The same over six pairs: a claim that was won, one that needs more pairs, and a loss that did not come. */
function compared(): ReportInput {
  const input = keptObjectives();
  const [verdict] = input.verdict.experiments;
  const [claim] = verdict!.claims;
  const judged = { ...claim!, interval: [0.9, 0.99] as [number, number], pairs: 6, agreeing: 6 };
  const claims: ClaimResult[] = [
    { ...judged, outcome: 'pass' },
    {
      ...judged,
      name: 'answers-sooner',
      metric: 'median-response-ms-once-open',
      unit: 'milliseconds',
      compare: 'ratio',
      bound: { atMost: 0.25 },
      baseline: 100,
      candidate: 20,
      effect: 0.2,
      interval: [0.13, 0.31],
      outcome: 'inconclusive',
      agreeing: 5,
      advice: 'At this effect and spread about 11 pairs would settle it; 6 were played.',
    },
    {
      ...judged,
      name: 'loses-goodput',
      kind: 'loss',
      outcome: 'fail',
      advice: 'A finding: it was expected to lose and did not.',
    },
    {
      ...judged,
      name: 'costs-no-accuracy',
      kind: 'cost',
      metric: 'accuracy-in-fault',
      compare: 'paired-keys',
      bound: { atLeast: -0.005 },
      baseline: 0.933,
      candidate: 0.9326,
      effect: -0.0004,
      interval: [-0.0016, 0.0009],
      keys: { compared: 7_412, onlyCandidate: 12, onlyBaseline: 15 },
      outcome: 'pass',
    },
  ];
  return {
    ...input,
    plan: { ...input.plan, command: 'compare' },
    record: { ...input.record, command: 'compare' },
    verdict: {
      ...input.verdict,
      command: 'compare',
      outcome: 'inconclusive',
      exitCode: 2,
      experiments: [{ ...verdict!, outcome: 'inconclusive', claims }],
    },
  };
}

/** Asked for three times what it can answer: the candidate refuses some of it, the baseline lets all of it wait. */
function overloaded(): ReportInput {
  const input = keptObjectives();
  const [verdict] = input.verdict.experiments;
  const [plan] = input.plan.experiments;
  const [fault] = plan!.faults;
  const offers = { perSecond: 60, ofCapacity: 3 };
  const calls = { calls: 400, drainedSeconds: null, watchedSeconds: 3.5, projectedSeconds: 21 };
  const backlogs = [{ ...calls, calls: 1, drainedSeconds: 0.4, projectedSeconds: null }, calls];
  const faults = verdict!.faults.map((one, i) => ({ ...one, name: 'overload', backlog: backlogs[i]! }));
  return {
    ...input,
    plan: {
      ...input.plan,
      experiments: [{ ...plan!, faults: [{ ...fault!, name: 'overload', inject: [], heal: [], offers }] }],
    },
    verdict: { ...input.verdict, experiments: [{ ...verdict!, faults }] },
  };
}

/** The same, and its cost was surely too high. */
function costly(): ReportInput {
  const input = compared();
  const [verdict] = input.verdict.experiments;
  const cost = verdict!.claims.find(({ kind }) => kind === 'cost')!;
  const claims: ClaimResult[] = [{ ...cost, outcome: 'fail', effect: -0.02, interval: [-0.024, -0.017] }];
  return {
    ...input,
    verdict: {
      ...input.verdict,
      outcome: 'fail',
      exitCode: 1,
      experiments: [{ ...verdict!, outcome: 'fail', claims }],
    },
  };
}

/** The same with a second fault as a cell, in which a baseline's trial proves nothing. */
function comparedUnderFaults(): ReportInput {
  const input = compared();
  const [plan] = input.plan.experiments;
  const [judged] = input.verdict.experiments;
  const [played] = input.record.experiments;
  const name = `${plan!.name}@kill`;
  const capacity = { variant: 'no-timeout', perSecond: 667, atLeast: true, measuredAt: '' };
  const cell = {
    ...plan!,
    name,
    cellOf: plan!.name,
    capacity,
    faults: plan!.faults.map((fault) => ({ ...fault, name: 'kill', healAtMs: fault.healAtMs - 500 })),
  };
  const stuck = { state: 'stuck' as const, detectSeconds: 0.2, recoverSeconds: null };
  const broken = { rule: 'lateness', held: false, observed: 'p99 31 ms', advice: 'Free the machine.' };
  const verdict = {
    ...judged!,
    name,
    faults: judged!.faults.map((fault) => ({ ...fault, name: 'kill', goodput: 0.5, recovery: stuck })),
    validity: [{ ...broken, variant: 'no-timeout', trial: '1-no-timeout' }],
    claims: judged!.claims.map((one) => ({
      ...one,
      outcome: 'inconclusive' as const,
      pairs: 2,
      agreeing: 1,
    })),
  };
  return {
    ...input,
    plan: { ...input.plan, profile: 'full', experiments: [{ ...plan!, capacity }, cell] },
    record: { ...input.record, experiments: [played!, { ...played!, name, trials: [], disturbed: [] }] },
    verdict: { ...input.verdict, experiments: [judged!, verdict] },
  };
}

function interrupted(): ReportInput {
  const missing = {
    rule: 'completed',
    held: false,
    observed: 'not played',
    advice: 'Run it again to its end.',
  };
  return run('chaos', {
    plan: chaosPlan,
    trials: [],
    samples: {},
    verdict: verdictOf('breaker', 'invalid', {
      validity: chaosPlan.trials.map(({ id, variant: of }) => ({ ...missing, variant: of, trial: id })),
    }),
    ended: 'interrupted',
    exitCode: 130,
  });
}

const loadTape = tape(8, [
  { phase: 'warm-up', fromMs: 0, toMs: 2_000 },
  { phase: 'steady', fromMs: 2_000, toMs: 8_000 },
]);

function steadyLoad(
  outcome: Outcome,
  trialIds: readonly string[] = ['1-candidate', '2-candidate'],
): ReportInput {
  const plan = experiment('steady-20', {
    tapes: [loadTape],
    trials: trialIds.map((id) => ({ id, variant: CANDIDATE, round: 1 })),
  });
  return run('loadtest', {
    plan,
    trials: trialIds.map((id) => facts(plan.name, id, CANDIDATE)),
    samples: Object.fromEntries(
      trialIds.map((id) => [id, play(loadTape, (ms) => (ms === 5_000 ? null : {}))]),
    ),
    verdict: verdictOf('steady-20', outcome, {
      objectives: [objective('correct-in-time', CANDIDATE, outcome === 'fail' ? 0.9297 : 0.95, outcome)],
      budgets: [budget('correct-in-time', CANDIDATE, 'steady', outcome === 'fail' ? 6 : 4)],
      alerts: trialIds.map((id) =>
        alerts(CANDIDATE, id, { rang: outcome === 'fail' ? [rang({ toSecond: null })] : [] }),
      ),
    }),
    exitCode: { pass: 0, fail: 1, inconclusive: 2, invalid: 2 }[outcome],
  });
}

/** Objectives kept, and something held against a pin. */
function gated(outcome: Outcome, regressions: RegressionResult[], exitCode: number): ReportInput {
  const input = steadyLoad('pass');
  const [verdict] = input.verdict.experiments;
  if (!verdict) throw new Error('the run that this one is made of has no experiment');
  const experiments = [{ ...verdict, outcome, regressions }];
  return { ...input, verdict: { ...input.verdict, outcome, exitCode, experiments } };
}

const slower = regression('steady-p95-response-ms', 1.31, 'regression');
const alike = regression('steady-p50-response-ms', 1.01, 'pass');

/** Played beside another commit, and slower. */
function slowerThanCommit(): ReportInput {
  const other = 'against-0123456';
  const input = gated('fail', [{ ...slower, against: other }], 3);
  const [plan] = input.plan.experiments;
  if (!plan) throw new Error('the run that this one is made of has no experiment');
  const commit = '0123456789abcdef';
  const against = { variant: other, ref: 'main', commit, candidateCommit: commit, folder: '/cache' };
  const variants = { ...plan.variants, [other]: variant({}) };
  return { ...input, plan: { ...input.plan, experiments: [{ ...plan, variants, against }] } };
}

/** A fault that did nothing, and a name that would be code in a page. */
function toothless(): ReportInput {
  const input = keptObjectives();
  const [verdict] = input.verdict.experiments;
  const [plan] = input.plan.experiments;
  if (!verdict || !plan) throw new Error('the run that this one is made of has no experiment');
  const name = '<script>alert(1)</script>';
  const odd = alerts(CANDIDATE, '1-candidate', { faults: [{ ...unseen(2), name }] });
  const bite = { held: false, observed: 'answered in 0.01 s on average' };
  return {
    ...input,
    plan: { ...input.plan, experiments: [{ ...plan, question: name, objectives: [] }] },
    verdict: {
      ...input.verdict,
      outcome: 'invalid',
      exitCode: 2,
      experiments: [
        {
          ...verdict,
          outcome: 'invalid',
          validity: [
            ...verdict.validity,
            {
              rule: 'fault-bit',
              variant: CANDIDATE,
              trial: '1-candidate',
              held: false,
              observed: name,
              advice: name,
            },
          ],
          faults: verdict.faults.map((fault) => ({ ...fault, name, bite })),
          budgets: [{ ...budget('correct-in-time', CANDIDATE, 'fault', 2), fault: name, objective: name }],
          alerts: [odd],
          objectives: verdict.objectives.map((one) => ({ ...one, name, advice: name })),
        },
      ],
    },
  };
}

/** Played on a virtual accelerator, in the baseline too. */
export function simulated(): ReportInput {
  const input = compared();
  const [plan] = input.plan.experiments;
  const [judged] = input.verdict.experiments;
  const variants = Object.fromEntries(
    Object.entries(plan!.variants).map(([name, { services, ...rest }]) => {
      const accelerated = { ...services['model-server'], provider: VIRTUAL_ACCELERATOR };
      return [name, { ...rest, services: { ...services, 'model-server': accelerated } }];
    }),
  );
  const planned = { ...plan!, variants };
  return {
    ...input,
    plan: { ...input.plan, experiments: [planned] },
    verdict: { ...input.verdict, experiments: [{ ...judged!, ...simulationPart(planned) }] },
  };
}

/** Situation → what a reporter gets. */
export const situations: Record<string, () => ReportInput> = {
  'a breaker that kept its objectives': keptObjectives,
  'a comparison over six pairs': compared,
  'an overload that left a backlog': overloaded,
  'a comparison whose cost was too high': costly,
  'a comparison under two faults': comparedUnderFaults,
  'a comparison on a simulated accelerator': simulated,
  'an interrupted run without trials': interrupted,
  'a fault that did not bite': toothless,
  'a steady load test': () => steadyLoad('pass'),
  'a load test that missed its objective': () => steadyLoad('fail'),
  'a load test with too little evidence': () => steadyLoad('inconclusive'),
  'a load test that became slower than its pin': () => gated('fail', [alike, slower], 3),
  'a load test like its pin': () => gated('pass', [alike], 0),
  'a load test that was never calibrated': () =>
    gated('inconclusive', [regression('steady-p50-response-ms', null, 'inconclusive')], 2),
  'a system that is slower than another commit': slowerThanCommit,
  'a load test of twelve trials': () =>
    steadyLoad(
      'pass',
      Array.from({ length: 12 }, (_, i) => `${i + 1}-candidate`),
    ),
};
