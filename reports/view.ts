import { METRICS } from '#contract/metrics.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { TrialFacts } from '#contract/record.ts';
import { type Span, type TrialView, viewTrial } from '#contract/trial-view.ts';
import type { ExperimentVerdict } from '#contract/verdict.ts';
import type { ReportInput } from './reporter.ts';

/** A fault as it really happened in one trial. */
export interface FaultWindow extends Span {
  name: string;
}

/** One played trial, with what the pictures mark. */
export interface DrawnTrial extends TrialView {
  windows: FaultWindow[];
  /** Milliseconds after t0 at which the gateway's breaker opened. */
  breakerOpenedMs: number[];
}

/** One experiment with all that is told of it. */
export interface ExperimentView {
  plan: PlannedExperiment;
  verdict: ExperimentVerdict;
  /** Trials whose load started, in the order of the record. */
  trials: DrawnTrial[];
  /** Plays that the machine disturbed and that were repeated. */
  disturbed: string[];
}

/** A run with its verdict, wherever it lies. */
export type Judged = Omit<ReportInput, 'runFolder'>;

export function viewExperiments({ plan, record, samples, verdict }: Judged): ExperimentView[] {
  return verdict.experiments.flatMap((judged) => {
    const planned = plan.experiments.find(({ name }) => name === judged.name);
    if (!planned) return [];
    const found = record.experiments.find(({ name }) => name === judged.name);
    const played = found?.trials ?? [];
    const disturbed = found?.disturbed.map(({ id }) => id) ?? [];
    const trials = played
      .filter(({ t0 }) => t0 !== null)
      .map((facts) => drawnTrial(viewTrial(planned, facts, samples.get(`${judged.name}/${facts.id}`))));
    return [{ plan: planned, verdict: judged, trials, disturbed }];
  });
}

function drawnTrial(view: TrialView): DrawnTrial {
  return { ...view, windows: windowsOf(view.facts), breakerOpenedMs: breakerOpened(view.facts) };
}

function windowsOf({ faults, t0 }: TrialFacts): FaultWindow[] {
  return faults.flatMap(({ name, injectedAt, healRequestedAt }) =>
    t0 === null || injectedAt === null || healRequestedAt === null
      ? []
      : [{ name, fromMs: injectedAt - t0, toMs: healRequestedAt - t0 }],
  );
}

/** The gauge holds the last opening only, so every value that it ever showed is one; older than t0 is not this trial's. */
function breakerOpened({ scrapes, t0 }: TrialFacts): number[] {
  if (t0 === null) return [];
  const seen = scrapes.flatMap(({ values }) => values[METRICS.breakerOpened] ?? []);
  return [...new Set(seen)].map((s) => s * 1000 - t0).filter((ms) => ms >= 0);
}

/** Names of the variants, the candidate first. */
export function variantNames({ plan }: Pick<ExperimentView, 'plan'>): string[] {
  const baselines = Object.keys(plan.variants).filter((name) => name !== CANDIDATE);
  return [CANDIDATE, ...baselines];
}
