import type { PlannedExperiment } from '#contract/plan.ts';
import type { Scrape, TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import { samplesFrom } from '#contract/samples.ts';
import { type TrialView, viewTrial } from '#contract/trial-view.ts';

// A trial of 100 requests a second, made by code: 10 s steady, 10 s fault, 10 s recovery.

export const T0 = 1_000_000;
const RATE = 100;
const SECONDS = 30;

export const GOOD: Sample = {
  index: 0,
  latenessMs: 0,
  connectMs: 0,
  serviceMs: 5,
  status: 200,
  errorCode: 0,
  servedBy: 'primary',
  reason: '',
  version: 'mlp-1',
  faithful: true,
  right: true,
};

const experiment: PlannedExperiment = {
  name: 'fixture',
  question: '?',
  pattern: null,
  variants: {},
  proxiedLinks: [],
  capacity: null,
  load: { scenario: 'steady', ratePerSecond: RATE, deadlineMs: 200, clientTimeoutMs: 1_000, vus: 10 },
  tapes: [
    {
      atMs: Array.from({ length: RATE * SECONDS }, (_, i) => (i * 1000) / RATE),
      key: Array.from({ length: RATE * SECONDS }, () => 0),
      phases: [
        { phase: 'steady', fromMs: 0, toMs: 10_000 },
        { phase: 'fault', fromMs: 10_000, toMs: 20_000 },
        { phase: 'recovery', fromMs: 20_000, toMs: 30_000 },
      ],
    },
  ],
  faults: [
    {
      name: 'latency',
      injectAtMs: 10_000,
      healAtMs: 20_000,
      inject: [],
      heal: [],
      bite: {
        link: 'gateway->model-server',
        anyOf: [{ meanCallSecondsAtLeast: 1.8 }, { timeoutShareAtLeast: 0.9, calls: 5 }],
      },
    },
  ],
  trials: [{ id: '1-candidate', variant: 'candidate', round: 1 }],
  objectives: [],
  claims: [],
};

export interface TrialShape {
  /** What became of the request planned so many milliseconds after t0; default: all good. */
  outcome?: (atMs: number) => Partial<Sample> | null;
  facts?: Partial<TrialFacts>;
  scrapes?: Scrape[];
  variant?: string;
}

export function trialView({
  outcome = () => ({}),
  facts = {},
  scrapes = [],
  variant = 'candidate',
}: TrialShape = {}): TrialView {
  const { atMs: instants } = experiment.tapes[0]!;
  const samples = instants.flatMap((atMs, index) => {
    const made = outcome(atMs);
    return made === null ? [] : [{ ...GOOD, ...made, index }];
  });
  const fault = { name: 'latency', residue: [], error: null };
  const edges = {
    injectRequestedAt: T0 + 9_990,
    injectedAt: T0 + 10_000,
    healRequestedAt: T0 + 20_000,
    healedAt: T0 + 20_010,
  };
  return viewTrial(
    experiment,
    {
      id: `1-${variant}`,
      variant,
      round: 1,
      t0: T0,
      ended: 'completed',
      error: null,
      faults: [{ ...fault, ...edges }],
      steadyGoodput: 1,
      scrapes,
      generator: { exitCode: 0, signal: null, cpu: { cpuSeconds: 6, playSeconds: 30, cores: 1 } },
      services: [],
      links: [],
      clockDriftMs: 0,
      samplesFile: '',
      ...facts,
    },
    samplesFrom(instants.length, samples),
  );
}
