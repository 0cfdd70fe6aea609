import type { Budget, Rang, TrialAlerts } from '#contract/budget.ts';
import { CANDIDATE, type Phase } from '#contract/names.ts';
import type { PlannedExperiment, Tape } from '#contract/plan.ts';
import type { TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { type Samples, samplesFrom } from '#contract/samples.ts';
import type { ExperimentVerdict, ObjectiveResult, Outcome, RegressionResult } from '#contract/verdict.ts';
import type { ReportInput } from './reporter.ts';

// Parts of a run, built by code, for the situations that the tests render.

export const T0 = 1_800_000_000_000;
const PER_SECOND = 20;

export const variant = (patterns: Record<string, unknown>) => ({
  services: { gateway: { upstreamConnections: 256 }, 'model-server': { threads: 1 } },
  models: { primary: 'mlp-1', fallback: 'lin-1' },
  patterns,
});

/** One request every 50 ms. */
export function tape(seconds: number, phases: Tape['phases']): Tape {
  const atMs = Array.from({ length: seconds * PER_SECOND }, (_, i) => i * (1000 / PER_SECOND));
  return { atMs, key: atMs.map((_, i) => i), phases };
}

/** A sample per tape entry; `change` says what is different about the one planned at a millisecond. */
export function play({ atMs }: Tape, change: (ms: number) => Partial<Sample> | null): Sample[] {
  return atMs.flatMap((ms, index) => {
    const changed = change(ms);
    if (changed === null) return [];
    const usual = { latenessMs: 0, connectMs: 0, serviceMs: 2 + (index % 7), status: 200, errorCode: 0 };
    const answer = {
      servedBy: 'primary',
      reason: '',
      version: 'mlp-1',
      faithful: true,
      right: index % 50 !== 0,
    };
    return [{ index, ...usual, ...answer, ...changed }];
  });
}

export function facts(
  experiment: string,
  id: string,
  name: string,
  more: Partial<TrialFacts> = {},
): TrialFacts {
  return {
    id,
    variant: name,
    round: 1,
    t0: T0,
    ended: 'completed',
    error: null,
    faults: [],
    steadyGoodput: null,
    scrapes: [],
    generator: { exitCode: 0, signal: null },
    services: [],
    links: [],
    clockDriftMs: 0,
    samplesFile: `trials/${experiment}/${id}/samples.parquet`,
    ...more,
  };
}

export const SCOPE =
  'Shown for bad episodes that come at least about every 0.4 s; rarer ones may not have been seen in these 4 s.';

export function objective(name: string, of: string, ratio: number | null, outcome: Outcome): ObjectiveResult {
  return {
    name,
    variant: of,
    phase: name.endsWith('in-fault') ? 'fault' : 'steady',
    unit: name.endsWith('in-fault') ? 'fault' : 'request',
    outcome,
    good: ratio === null ? 0 : Math.round(ratio * 80),
    total: ratio === null ? 0 : 80,
    ratio,
    target: 0.93,
    interval: ratio === null ? null : [Math.max(0, ratio - 0.01), Math.min(1, ratio + 0.01)],
    designEffect: null,
    scope: outcome === 'pass' && !name.endsWith('in-fault') ? SCOPE : '',
    advice:
      outcome === 'inconclusive' ? 'At this share 240 more requests, 12 s at 20/s, would settle it.' : '',
  };
}

export function regression(
  metric: string,
  effect: number | null,
  outcome: RegressionResult['outcome'],
): RegressionResult {
  return {
    metric,
    against: '2027-01-14T08-00-00-loadtest',
    outcome,
    unit: 'milliseconds',
    worse: 'higher',
    before: 4,
    now: effect === null ? null : 4 * effect,
    effect,
    interval: effect === null ? null : [effect * 0.97, effect * 1.03],
    margin: effect === null ? null : 1.05,
    advice:
      outcome === 'inconclusive' ? 'Not calibrated on this machine: npm run calibrate -- steady-20' : '',
  };
}

/** What one phase of 80 requests spent of a budget of 5.6 misses, the target being 0.93. */
export function budget(objectiveName: string, of: string, phase: Phase, misses: number): Budget {
  return {
    objective: objectiveName,
    variant: of,
    phase,
    fault: phase === 'fault' ? 'latency' : null,
    judged: phase === (objectiveName.endsWith('in-fault') ? 'fault' : 'steady'),
    target: 0.93,
    total: 80,
    misses,
    allowed: 5.6,
    spent: misses / 5.6,
    spentOfAll: misses / 16.8,
    missSeconds: misses === 0 ? 0 : 1,
    worst: misses === 0 ? null : { trial: `1-${of}`, second: 7, misses },
    why: '',
  };
}

const PAGE = { severity: 'page', burnRate: 14.4, longSeconds: 60, shortSeconds: 5 } as const;

/** A page of 14.4 times, of an objective of 0.95. */
export function rang(more: Partial<Rang>): Rang {
  return {
    objective: 'correct-in-time',
    ...PAGE,
    fromSecond: 9,
    toSecond: 14,
    fault: null,
    secondsAfterInject: null,
    ...more,
  };
}

export function alerts(of: string, trial: string, more: Partial<TrialAlerts>): TrialAlerts {
  const silent = 'At this target even a total outage burns less than 20 times as fast.';
  return {
    variant: of,
    trial,
    scale: 60,
    watched: [
      {
        objective: 'correct-in-time',
        target: 0.95,
        rules: [
          { ...PAGE, leastRequests: 7, outageSeconds: 43.2, silent: '' },
          { ...PAGE, burnRate: 20, leastRequests: 5, outageSeconds: null, silent },
        ],
      },
    ],
    rang: [],
    faults: [],
    ...more,
  };
}

export function experiment(name: string, more: Partial<PlannedExperiment>): PlannedExperiment {
  return {
    name,
    question: 'Does it keep answers right and in time?',
    pattern: null,
    variants: { [CANDIDATE]: variant({}) },
    proxiedLinks: [],
    capacity: null,
    load: { scenario: 'steady', ratePerSecond: PER_SECOND, deadlineMs: 200, clientTimeoutMs: 1_000, vus: 30 },
    tapes: [],
    faults: [],
    trials: [],
    objectives: [{ name: 'correct-in-time', indicator: 'goodput', phase: 'steady', target: 0.93 }],
    claims: [],
    ...more,
  };
}

export function verdictOf(
  name: string,
  outcome: Outcome,
  more: Partial<ExperimentVerdict>,
): ExperimentVerdict {
  const empty = {
    validity: [],
    objectives: [],
    claims: [],
    faults: [],
    budgets: [],
    alerts: [],
    regressions: [],
  };
  return { name, pattern: null, outcome, ...empty, ...more };
}

interface Situation {
  plan: PlannedExperiment;
  trials: TrialFacts[];
  samples: Record<string, Sample[]>;
  verdict: ExperimentVerdict;
  ended?: ReportInput['record']['ended'];
  exitCode?: number;
}

export function run(
  command: string,
  { plan, trials, samples, verdict, ended, exitCode }: Situation,
): ReportInput {
  const head = { runId: `test-${command}`, command, seed: 1, ended: ended ?? 'completed' };
  return {
    plan: {
      schemaVersion: 1,
      command,
      profile: 'quick',
      seed: 1,
      look: null,
      pool: { name: 'plain', seed: 1, size: 1_000 },
      experiments: [plan],
    },
    record: {
      schemaVersion: 1,
      ...head,
      startedAt: '2027-01-15T08:00:00.000Z',
      endedAt: '2027-01-15T08:01:00.000Z',
      machine: {
        platform: 'linux',
        arch: 'x64',
        cpuModel: 'A processor',
        cores: 2,
        memoryBytes: 2 ** 34,
        node: 'v24.0.0',
        generatorNiceness: 0,
        pinnedCores: null,
      },
      tools: { k6: { version: '2.2.0', source: 'cache' } },
      experiments: [{ name: plan.name, trials, disturbed: [] }],
    },
    samples: new Map(
      Object.entries(samples).map(([id, list]) => [`${plan.name}/${id}`, columnsOf(plan, trials, id, list)]),
    ),
    verdict: {
      schemaVersion: 1,
      ...head,
      outcome: verdict.outcome,
      exitCode: exitCode ?? 0,
      experiments: [verdict],
    },
    runFolder: `/somewhere/reports/runs/test-${command}`,
  };
}

function columnsOf(
  plan: PlannedExperiment,
  trials: readonly TrialFacts[],
  id: string,
  all: Sample[],
): Samples {
  const { round } = trials.find((trial) => trial.id === id)!;
  return samplesFrom(plan.tapes[round - 1]!.atMs.length, all);
}
