import { CANDIDATE, METRICS, type Phase } from '#contract/names.ts';
import type { PlannedExperiment, Tape } from '#contract/plan.ts';
import type { TrialFacts } from '#contract/record.ts';
import type { Sample } from '#contract/sample.ts';
import type { ExperimentVerdict } from '#contract/verdict.ts';
import type { ReportInput } from './reporter.ts';

/** A stretch of a trial in milliseconds after t0; `to` is exclusive. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A fault as it really happened in one trial. */
export interface FaultWindow extends Span {
  name: string;
}

/** One played trial: plan, facts and samples joined. */
export interface TrialView {
  facts: TrialFacts;
  tape: Tape;
  /** Per tape entry: what became of it; undefined where no sample came. */
  outcomes: (Sample | undefined)[];
  windows: FaultWindow[];
  spans: Partial<Record<Phase, Span>>;
  /** Milliseconds after t0 at which the gateway's breaker opened. */
  breakerOpenedMs: number[];
}

/** One experiment with all that is told of it. */
export interface ExperimentView {
  plan: PlannedExperiment;
  verdict: ExperimentVerdict;
  /** Trials whose load started, in the order of the record. */
  trials: TrialView[];
}

export function viewExperiments({ plan, record, samples, verdict }: ReportInput): ExperimentView[] {
  return verdict.experiments.flatMap((judged) => {
    const planned = plan.experiments.find(({ name }) => name === judged.name);
    if (!planned) return [];
    const played = record.experiments.find(({ name }) => name === judged.name)?.trials ?? [];
    const trials = played.flatMap((facts) => {
      const tape = planned.tapes[facts.round - 1];
      if (!tape || facts.t0 === null) return [];
      return [viewTrial(facts, tape, samples.get(`${judged.name}/${facts.id}`) ?? [])];
    });
    return [{ plan: planned, verdict: judged, trials }];
  });
}

function viewTrial(facts: TrialFacts, tape: Tape, samples: readonly Sample[]): TrialView {
  const outcomes: (Sample | undefined)[] = new Array(tape.atMs.length).fill(undefined);
  for (const sample of samples) if (sample.index < outcomes.length) outcomes[sample.index] = sample;
  const windows = windowsOf(facts);
  return {
    facts,
    tape,
    outcomes,
    windows,
    spans: spansOf(tape, facts, windows[0]),
    breakerOpenedMs: breakerOpened(facts),
  };
}

function windowsOf({ faults, t0 }: TrialFacts): FaultWindow[] {
  return faults.flatMap(({ name, injectedAt, healRequestedAt }) =>
    t0 === null || injectedAt === null || healRequestedAt === null
      ? []
      : [{ name, fromMs: injectedAt - t0, toMs: healRequestedAt - t0 }],
  );
}

/** The judges' rule: phases end where things really happened; without a fault that ran its course, there is none. */
function spansOf(tape: Tape, facts: TrialFacts, window: FaultWindow | undefined): TrialView['spans'] {
  const spans: TrialView['spans'] = {};
  for (const { phase, fromMs, toMs } of tape.phases) spans[phase] = { fromMs, toMs };
  if (facts.faults.length === 0) return spans;
  if (!window) {
    delete spans.fault;
    delete spans.recovery;
    return spans;
  }
  if (spans.steady) spans.steady.toMs = window.fromMs;
  spans.fault = { fromMs: window.fromMs, toMs: window.toMs };
  if (spans.recovery) spans.recovery.fromMs = window.toMs;
  return spans;
}

/** The gauge holds the last opening only, so every value that it ever showed is one; older than t0 is not this trial's. */
function breakerOpened({ scrapes, t0 }: TrialFacts): number[] {
  if (t0 === null) return [];
  const seen = scrapes.flatMap(({ values }) => values[METRICS.breakerOpened] ?? []);
  return [...new Set(seen)].map((s) => s * 1000 - t0).filter((ms) => ms >= 0);
}

/** Names of the variants, the candidate first. */
export function variantNames({ plan }: ExperimentView): string[] {
  const baselines = Object.keys(plan.variants).filter((name) => name !== CANDIDATE);
  return [CANDIDATE, ...baselines];
}
