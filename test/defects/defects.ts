import type { Claim, Experiment } from '#contract/experiment.ts';
import { METRICS } from '#contract/metrics.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { eachSample, type Samples, samplesFrom } from '#contract/samples.ts';
import type { Outcome } from '#contract/verdict.ts';
import type { PlanRequest } from '#harness/plan/request.ts';
import { system } from '#sut/system.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import { GOOD, type SimulatedSystem } from '../sim/effects.ts';

/** A run as it was played, before it is judged: what a defect may spoil. */
export interface Evidence {
  trials: TrialFacts[];
  samples: Map<string, Samples>;
}

/** Something that is wrong, planted on purpose, and what the ruler must say of it. */
export interface Defect {
  /** What the verdict must be; written down before the rule that says so. A finding is told and fails nothing. */
  wanted: Exclude<Outcome, 'pass'> | 'finding';
  /** The validity rule, objective or claim that must be the one to say it. */
  trips: string;
  /** Its unharmed twin, which must pass. */
  twin: Twin;
  /** The system with the defect; default: the twin's. */
  system?: SimulatedSystem;
  /** The plan with the defect. */
  experiment?: Experiment;
  request?: Partial<PlanRequest>;
  /** Spoils what was recorded. */
  spoil?: (evidence: Evidence) => void;
}

interface Twin {
  system: SimulatedSystem;
  experiment: Experiment;
  request: Partial<PlanRequest>;
  /** What its claim must say beside passing; default: nothing. */
  says?: string;
}

const good = (index: number): Sample => ({ ...GOOD, index, serviceMs: 3 + (index % 7) / 8 });
const fallback = (index: number): Sample => ({ ...good(index), servedBy: 'fallback', version: 'lin-1' });
const lost = (index: number): Sample => ({
  ...good(index),
  status: 0,
  errorCode: 1050,
  servedBy: '',
  version: '',
  serviceMs: 1_000,
  faithful: false,
  right: false,
});

const job = (index: number): Sample => ({ ...good(index), reason: 'done', ackMs: 1, effects: 1 });
const forgotten = (index: number): Sample => ({
  ...job(index),
  status: 202,
  reason: 'unknown',
  // So long its client asks for it.
  serviceMs: 5_000,
  effects: 0,
  faithful: false,
  right: false,
});
/** What a gateway says of the jobs that it is at, and its broker of its results. */
const inHand = (jobs: number) => ({
  [`${METRICS.patternInFlight}{pattern="async"}`]: jobs,
  [METRICS.jobResults]: 1_000,
  [METRICS.jobResultIds]: 1_000,
});

/** Seventy kills, each of a gateway with a job in hand; its usual sample forgets a job in ten. */
const soak: Twin = {
  system: {
    answer: (index, _, __, { variant }) =>
      'async' in variant.patterns || index % 10 > 0 ? job(index) : forgotten(index),
    metrics: inHand(2),
  },
  experiment: {
    ...shortBreaker,
    candidate: system({ patterns: { async: {} } }),
    baselines: { 'usual-sample': system() },
    mainBaseline: null,
    objectives: ['jobs/accounted-for'],
    soak: {
      kills: ['gateway'],
      each: 70,
      counted: 60,
      everySeconds: 2,
      losesWith: 'usual-sample',
      objectives: ['jobs/survives-kills-of-the-gateway'],
    },
  },
  request: { profile: 'soak' },
};

/** Falls back in the fault, and is well again with the heal. */
const breaker: Twin = {
  system: { answer: (index, _, faulted) => (faulted ? fallback(index) : good(index)) },
  experiment: { ...shortBreaker, baselines: {} },
  request: {},
};

/** The same under its load alone, in as many trials as tell. */
const loaded: Twin = { ...breaker, request: { command: 'loadtest' } };

/** As if it had been the fault's own answer, whatever the fault was meant to be. */
const answering = (answer: SimulatedSystem['answer']): SimulatedSystem => ({ answer });

const isCandidate = (trialId: string) =>
  trialId.endsWith(CANDIDATE) || trialId.includes(`${CANDIDATE}-again`);
const roundOf = (trialId: string) => Number(/\/(\d+)-/.exec(trialId)![1]);

/** Six rounds of the breaker against the bare system, which loses its answers in the fault. */
function compared(claim: Omit<Claim, 'name' | 'against'>): Twin {
  return {
    system: answering((index, _, faulted, { trialId }) => {
      if (!faulted) return good(index);
      return isCandidate(trialId) ? fallback(index) : lost(index);
    }),
    experiment: {
      ...shortBreaker,
      claims: [{ name: 'claimed', against: 'no-timeout', ...claim }],
    },
    request: { command: 'compare', profile: 'standard' },
  };
}

const win = compared({
  kind: 'win',
  metric: 'goodput-in-fault',
  compare: 'difference',
  bound: { atLeast: 0.5 },
});
/** A median of 3.4 ms against 1,000 ms: nearly nothing. */
const cost = compared({
  kind: 'cost',
  metric: 'median-response-ms-once-open',
  compare: 'ratio',
  bound: { atMost: 1.1 },
});

/** Both fall back to the same model. */
const accuracy: Twin = {
  ...compared({
    kind: 'cost',
    metric: 'accuracy-in-fault',
    compare: 'paired-keys',
    bound: { atLeast: -0.005 },
  }),
  system: breaker.system,
};

/** The candidate is expected to lose its answers in the fault where the other keeps them, and does. */
const loss: Twin = {
  ...compared({
    kind: 'loss',
    metric: 'goodput-in-fault',
    compare: 'difference',
    bound: { atMost: -0.5 },
  }),
  system: answering((index, _, faulted, { trialId }) => {
    if (!faulted) return good(index);
    return isCandidate(trialId) ? lost(index) : fallback(index);
  }),
  says: 'Lost as expected.',
};

/** How much of the candidate's answers in the fault are right, by round. */
const uneven = (shares: readonly number[]): SimulatedSystem =>
  answering((index, _, faulted, { trialId }) => {
    if (!faulted) return good(index);
    if (!isCandidate(trialId)) return lost(index);
    const share = shares[(roundOf(trialId) - 1) % shares.length]!;
    return (index * 0.618_034) % 1 < share ? fallback(index) : lost(index);
  });

const withoutObjectives = (twin: Twin): Twin => ({
  ...twin,
  experiment: { ...twin.experiment, objectives: ['serving/faithful'] },
});

/** What must never pass unremarked, each with the name under which it stands in docs/selftest.md. */
export const defects = {
  'pattern off: the answers in the fault are lost': {
    wanted: 'fail',
    trips: 'correct-in-time-in-fault',
    twin: breaker,
    system: answering((index, _, faulted) => (faulted ? lost(index) : good(index))),
  },
  'every answer comes, and most come late': {
    wanted: 'fail',
    trips: 'p95-below-100ms',
    twin: breaker,
    system: answering((index, _, faulted) =>
      faulted ? fallback(index) : { ...good(index), serviceMs: index % 5 === 0 ? 150 : 3 },
    ),
  },
  'answers swapped between requests, two in a hundred': {
    wanted: 'fail',
    trips: 'faithful',
    twin: breaker,
    system: answering((index, _, faulted) => {
      const answer = faulted ? fallback(index) : good(index);
      return index % 100 < 2 ? { ...answer, faithful: false, right: index % 2 === 0 } : answer;
    }),
  },
  'rows of a batch mixed up, one in a thousand': {
    wanted: 'fail',
    trips: 'faithful',
    twin: loaded,
    // The neighbour's row is often of the same class: only the probabilities tell.
    system: answering((index) => ({ ...good(index), faithful: index % 1_000 !== 999 })),
  },
  'golden answers of another version': {
    wanted: 'fail',
    trips: 'faithful',
    // Under chaos it would find no steady state, and nothing would be injected.
    twin: loaded,
    system: answering((index) => ({ ...good(index), faithful: false })),
  },
  'fallback that gives wrong answers': {
    wanted: 'fail',
    trips: 'faithful-in-fault',
    twin: breaker,
    system: answering((index, _, faulted) =>
      faulted ? { ...fallback(index), faithful: index % 3 !== 0 } : good(index),
    ),
  },
  'stuck on its fallback after the heal': {
    wanted: 'fail',
    trips: 'recovers-within-3s',
    twin: breaker,
    system: answering((index, atMs) => (atMs < 9_000 ? good(index) : fallback(index))),
  },
  'too few requests to tell': {
    wanted: 'inconclusive',
    trips: 'available',
    twin: breaker,
    request: { ratePerSecond: 5 },
  },
  'k6 killed half-way': {
    wanted: 'invalid',
    trips: 'completed',
    twin: breaker,
    system: { ...breaker.system, generatorDiesAtMs: 6_000 },
  },
  'a service that dies by itself': {
    wanted: 'invalid',
    trips: 'completed',
    twin: breaker,
    system: { ...breaker.system, serviceDiesAtMs: 12_000 },
  },
  'k6 ends with an error of its script': {
    wanted: 'invalid',
    trips: 'generator',
    twin: breaker,
    spoil: ({ trials }) => {
      trials[0]!.generator = { exitCode: 107, signal: null };
    },
  },
  'generator without room on its cores': {
    wanted: 'invalid',
    trips: 'generator-has-room',
    twin: breaker,
    spoil: ({ trials }) => {
      const cpu = { cpuSeconds: 21.5, playSeconds: 22, cores: 1 };
      trials[0]!.generator = { exitCode: 0, signal: null, cpu };
    },
  },
  'generator starved: it sends late': {
    wanted: 'invalid',
    trips: 'lateness',
    twin: breaker,
    system: answering((index, _, faulted) => ({
      ...(faulted ? fallback(index) : good(index)),
      latenessMs: index % 50 === 0 ? 60 : 0,
    })),
  },
  'samples truncated': {
    wanted: 'invalid',
    trips: 'samples-equal-tape',
    twin: breaker,
    spoil: ({ samples }) => {
      for (const [trial, all] of samples)
        samples.set(trial, samplesFrom(all.flags.length, [...eachSample(all)].slice(0, -1)));
    },
  },
  'clock stepped by a second': {
    wanted: 'invalid',
    trips: 'clock',
    twin: breaker,
    spoil: ({ trials }) => {
      trials[0]!.clockDriftMs = 1_000;
    },
  },
  'unwell before the fault': {
    wanted: 'invalid',
    trips: 'steady-state',
    twin: breaker,
    system: answering((index) => (index % 10 === 0 ? lost(index) : good(index))),
  },
  'fault not applied: every call is as quick as before': {
    wanted: 'invalid',
    trips: 'fault-bit',
    twin: breaker,
    spoil: ({ trials }) => {
      for (const scrape of trials[0]!.scrapes) {
        for (const series of Object.keys(scrape.values)) {
          if (series.includes('_sum')) scrape.values[series] = scrape.values[series]! / 1_000;
        }
      }
    },
  },
  'fault not healed': {
    wanted: 'invalid',
    trips: 'healed',
    twin: breaker,
    system: { ...breaker.system, residue: ['latency on gateway_to_model-server'] },
  },
  'empty metric: no request falls into the fault': {
    wanted: 'invalid',
    trips: 'no-empty-metric',
    twin: breaker,
    spoil: ({ trials }) => {
      const [fault] = trials[0]!.faults;
      fault!.healRequestedAt = fault!.injectedAt;
    },
  },
  'a soak whose kills hit idle services': {
    wanted: 'invalid',
    trips: 'kills-hit-work',
    twin: soak,
    system: { ...soak.system, metrics: inHand(0) },
  },
  'a soak on whose tape nothing could be lost': {
    wanted: 'invalid',
    trips: 'baseline-loses',
    twin: soak,
    system: { ...soak.system, answer: (index) => job(index) },
  },
  'a kill that lost one job of hundreds': {
    wanted: 'fail',
    trips: 'survives-kills-of-the-gateway',
    twin: soak,
    system: {
      ...soak.system,
      answer: (index, atMs, faulted, setup) =>
        index === 1_500 ? forgotten(index) : soak.system.answer(index, atMs, faulted, setup),
    },
  },
  'a trial that was never played': {
    wanted: 'invalid',
    trips: 'completed',
    twin: breaker,
    spoil: ({ trials }) => {
      trials.splice(0);
    },
  },
  'a win that is none: the baseline is as good': {
    wanted: 'fail',
    trips: 'claimed',
    twin: withoutObjectives(win),
    system: breaker.system,
  },
  'a win in some rounds only': {
    wanted: 'inconclusive',
    trips: 'claimed',
    twin: withoutObjectives(win),
    system: uneven([1, 0.2, 1, 0.1, 1, 0.9]),
  },
  'a cost above its bound': {
    wanted: 'fail',
    trips: 'claimed',
    twin: withoutObjectives(cost),
    system: answering((index, _, faulted, { trialId }) => {
      if (!faulted) return good(index);
      return isCandidate(trialId) ? { ...fallback(index), serviceMs: 5 } : good(index);
    }),
  },
  'a fallback of less accuracy: two in a hundred more are wrong': {
    wanted: 'fail',
    trips: 'claimed',
    twin: withoutObjectives(accuracy),
    system: answering((index, _, faulted, { trialId }) => {
      if (!faulted) return good(index);
      return { ...fallback(index), right: !isCandidate(trialId) || index % 50 > 0 };
    }),
  },
  'accuracy beside a baseline that answers nothing': {
    wanted: 'invalid',
    trips: 'claimed',
    twin: withoutObjectives(accuracy),
    // By the tape, since the fault is in place a moment after its window has begun.
    system: answering((index, atMs, faulted, { trialId }) => {
      if (isCandidate(trialId)) return faulted ? fallback(index) : good(index);
      return atMs > 8_900 && atMs < 14_500 ? lost(index) : good(index);
    }),
  },
  'an expected loss that does not come': {
    wanted: 'finding',
    trips: 'claimed',
    twin: withoutObjectives(loss),
    system: breaker.system,
  },
  'a comparison whose candidate was never valid': {
    wanted: 'invalid',
    trips: 'lateness',
    twin: withoutObjectives(win),
    system: answering((index, _, faulted, { trialId }) => {
      const late = isCandidate(trialId) ? 60 : 0;
      return { ...(faulted ? fallback(index) : good(index)), latenessMs: late };
    }),
  },
} as const satisfies Record<string, Defect>;
