import type { Phase } from './names.ts';
import type { PlannedExperiment, Tape } from './plan.ts';
import type { TrialFacts } from './record.ts';
import { responseMs, type Sample } from './sample.ts';

/** A stretch of a trial in milliseconds after t0; `to` is exclusive. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** One trial, plan and facts joined: what judges and reporters look at. */
export interface TrialView {
  experiment: PlannedExperiment;
  facts: TrialFacts;
  tape: Tape;
  /** Per tape entry: what became of it; undefined where no sample came. */
  outcomes: (Sample | undefined)[];
  spans: Partial<Record<Phase, Span>>;
}

export function viewTrial(
  experiment: PlannedExperiment,
  facts: TrialFacts,
  samples: readonly Sample[],
): TrialView {
  const tape = experiment.tapes[facts.round - 1]!;
  return {
    experiment,
    facts,
    tape,
    outcomes: joinOutcomes(tape, samples),
    spans: recordedSpans(tape, facts),
  };
}

export function joinOutcomes(tape: Tape, samples: readonly Sample[]): (Sample | undefined)[] {
  const outcomes: (Sample | undefined)[] = new Array(tape.atMs.length).fill(undefined);
  for (const sample of samples) if (sample.index < outcomes.length) outcomes[sample.index] = sample;
  return outcomes;
}

/** Phases end where things really happened: the fault's from the acknowledged inject to the heal request. */
function recordedSpans(tape: Tape, facts: TrialFacts): Partial<Record<Phase, Span>> {
  const spans: Partial<Record<Phase, Span>> = {};
  for (const { phase, fromMs, toMs } of tape.phases) spans[phase] = { fromMs, toMs };
  const fault = facts.faults[0];
  if (!fault || facts.t0 === null) return spans;
  const injected = fault.injectedAt === null ? null : fault.injectedAt - facts.t0;
  const heal = fault.healRequestedAt === null ? null : fault.healRequestedAt - facts.t0;
  if (injected === null || heal === null) {
    // It never came to the fault, or never to its end: those phases did not take place.
    delete spans.fault;
    delete spans.recovery;
    return spans;
  }
  if (spans.steady) spans.steady.toMs = injected;
  spans.fault = { fromMs: injected, toMs: heal };
  if (spans.recovery) spans.recovery.fromMs = heal;
  return spans;
}

/** The tape entries planned within a span, with what became of each. */
export function entriesIn(view: Pick<TrialView, 'tape' | 'outcomes'>, span: Span): (Sample | undefined)[] {
  const { atMs } = view.tape;
  return view.outcomes.slice(firstAtOrAfter(atMs, span.fromMs), firstAtOrAfter(atMs, span.toMs));
}

/** Position of the first planned instant that isn't before `ms`; by bisection, since a tape ascends. */
export function firstAtOrAfter(atMs: readonly number[], ms: number): number {
  let low = 0;
  let high = atMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (atMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Answered 200, complete within so many milliseconds of the planned instant. */
export function answeredWithin(sample: Sample | undefined, ms: number): sample is Sample {
  return sample !== undefined && sample.status === 200 && responseMs(sample) <= ms;
}

/** Answered in time, equal to the golden answer, and the right class. */
export function correctWithin(sample: Sample | undefined, ms: number): boolean {
  return answeredWithin(sample, ms) && sample.faithful && sample.right;
}
