import type { Phase } from './names.ts';
import type { PlannedExperiment, Tape } from './plan.ts';
import type { TrialFacts } from './record.ts';
import { blankSamples, came, type Samples } from './samples.ts';

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
  samples: Samples;
  spans: Partial<Record<Phase, Span>>;
}

/** Joins a trial's facts to its plan; without samples none came. */
export function viewTrial(
  experiment: PlannedExperiment,
  facts: TrialFacts,
  samples: Samples | undefined,
): TrialView {
  const tape = experiment.tapes[facts.round - 1]!;
  return {
    experiment,
    facts,
    tape,
    samples: samples ?? blankSamples(tape.atMs.length),
    spans: recordedSpans(experiment, tape, facts),
  };
}

/**
 * Phases end where things really happened: the fault's from the acknowledged inject to the heal request. The steady
 * phase is over as soon as the inject begins: what a kill costs until it is seen to have killed is none of its misses.
 * A fault on the load happens on the tape itself.
 */
function recordedSpans(
  { faults }: PlannedExperiment,
  tape: Tape,
  facts: TrialFacts,
): Partial<Record<Phase, Span>> {
  const spans: Partial<Record<Phase, Span>> = {};
  // A warm-up may have two loads.
  for (const { phase, fromMs, toMs } of tape.phases)
    spans[phase] = { fromMs: spans[phase]?.fromMs ?? fromMs, toMs };
  const fault = facts.faults[0];
  if (!fault || facts.t0 === null) return spans;
  const injected = fault.injectedAt === null ? null : fault.injectedAt - facts.t0;
  // Of several the window reaches from the first inject to the last heal.
  const healed = facts.faults.map(({ healRequestedAt }) => healRequestedAt);
  const heal = healed.includes(null) ? null : Math.max(...(healed as number[])) - facts.t0;
  if (injected === null || heal === null) {
    // It never came to the fault, or never to its end: those phases did not take place.
    delete spans.fault;
    delete spans.recovery;
    return spans;
  }
  if (faults[0]?.offers || faults[0]?.marks) return spans;
  if (spans.steady) spans.steady.toMs = fault.actedAt === undefined ? injected : fault.actedAt - facts.t0;
  spans.fault = { fromMs: injected, toMs: heal };
  if (spans.recovery) spans.recovery.fromMs = heal;
  return spans;
}

/** Positions on the tape of the requests planned within a span; `to` is exclusive. */
export function rangeOf({ atMs }: Tape, { fromMs, toMs }: Span): { from: number; to: number } {
  const from = firstAtOrAfter(atMs, fromMs);
  return { from, to: Math.max(from, firstAtOrAfter(atMs, toMs)) };
}

/** How many requests are planned within a span. */
export function plannedIn(tape: Tape, span: Span): number {
  const { from, to } = rangeOf(tape, span);
  return to - from;
}

/** How many of the requests planned within a span are so. */
export function countIn(tape: Tape, span: Span, is: (i: number) => boolean): number {
  const { from, to } = rangeOf(tape, span);
  let count = 0;
  for (let i = from; i < to; i += 1) if (is(i)) count += 1;
  return count;
}

/** A number of each request that was planned within a span and whose sample came. */
export function valuesIn(
  { tape, samples }: Pick<TrialView, 'tape' | 'samples'>,
  span: Span,
  of: (samples: Samples, i: number) => number,
): Float64Array {
  const { from, to } = rangeOf(tape, span);
  const values = new Float64Array(to - from);
  let count = 0;
  for (let i = from; i < to; i += 1) if (came(samples, i)) values[count++] = of(samples, i);
  return values.subarray(0, count);
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
