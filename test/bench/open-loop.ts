import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Phase } from '#contract/names.ts';
import type { PhaseSpan, Tape } from '#contract/plan.ts';
import {
  addSample,
  answeredWithin,
  blankSamples,
  isFaithful,
  latenessMs,
  responseMs,
  type Samples,
  serviceMs,
} from '#contract/samples.ts';
import { countIn, plannedIn, valuesIn } from '#contract/trial-view.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { scriptFile } from '#harness/cli/home.ts';
import { searchHighest } from '#harness/cli/measure-capacity.ts';
import { readyGenerator } from '#harness/effects/play-tape.ts';
import { createPorts } from '#harness/effects/ports.ts';
import type { Processes } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import type { RequestSource } from '#harness/load-file.ts';
import { VIRTUAL_USERS } from '#harness/plan/rates.ts';
import { makeTape } from '#harness/tape.ts';
import { quantile } from '#slo/statistics/quantile.ts';
import type { Taken } from './measurement.ts';
import { meterOf } from './meter.ts';

/** A rate is held within these. */
export const MOST_P99_MS = 50;
const MOST_ERRORS = 0.001;
const CLIENT_TIMEOUT_MS = 200;
/** As in an experiment with a deadline of 200 ms: what is sent later was not offered as planned. */
const MOST_LATENESS_MS = 20;
const WARM_UP = [0.25, 0.5, 0.75] as const;

/** Who is asked, and what. */
export interface OpenTarget {
  url: string;
  pids: readonly (readonly [string, number])[];
  requests: RequestSource;
  /** Keys that `requests` knows. */
  keys: number;
  script: 'infer' | 'prepared';
  /** k6 and its files. */
  processes: Processes;
  folder: string;
}

/** What became of one span at one rate. */
export interface Held {
  ratePerSecond: number;
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
  /** Median of the service times, which lateness of the generator is no part of. */
  serviceP50Ms: number;
  /** Share of the planned requests without a right answer before the client gave up. */
  errors: number;
  latenessP99Ms: number;
  planned: number;
}

export interface Played {
  spans: Held[];
  taken: Record<string, Taken>;
  /** Cores that k6 took over the whole play; null where the machine doesn't tell. */
  generatorCores: number | null;
}

/** What a rate was like that was too much. */
export interface Beyond {
  at: Held;
  generatorCores: number | null;
}

export function isHeld({ p99Ms, errors, latenessP99Ms }: Held): boolean {
  return p99Ms < MOST_P99_MS && errors < MOST_ERRORS && latenessP99Ms <= MOST_LATENESS_MS;
}

/** Why a span at a rate was not held, in words; empty where it was. */
export function whyNot({ p99Ms, errors, latenessP99Ms }: Held): string {
  const found = [
    ...(p99Ms < MOST_P99_MS ? [] : [`p99 ${p99Ms.toFixed(1)} ms`]),
    ...(errors < MOST_ERRORS ? [] : [`${(100 * errors).toFixed(2)} % without a right answer`]),
    ...(latenessP99Ms <= MOST_LATENESS_MS ? [] : [`invalid: sent ${latenessP99Ms.toFixed(1)} ms late`]),
  ];
  return found.join(', ');
}

/** What became of the steady spans of a tape; a request without a sample is one that never was answered. */
export function heldOf(tape: Tape, samples: Samples): Held[] {
  return tape.phases
    .filter(({ phase }) => phase === 'steady')
    .map((span) => {
      const planned = plannedIn(tape, span);
      const times = new Float64Array(planned).fill(Number.POSITIVE_INFINITY);
      times.set(valuesIn({ tape, samples }, span, responseMs));
      // The model's own answer is right, whether or not the model is.
      const isGood = (i: number) => answeredWithin(samples, i, CLIENT_TIMEOUT_MS) && isFaithful(samples, i);
      const good = countIn(tape, span, isGood);
      const late = valuesIn({ tape, samples }, span, latenessMs);
      return {
        ratePerSecond: rateOf(span, planned),
        p50Ms: quantile(times, 0.5) ?? Number.NaN,
        p99Ms: quantile(times, 0.99) ?? Number.NaN,
        p999Ms: quantile(times, 0.999) ?? Number.NaN,
        serviceP50Ms: quantile(valuesIn({ tape, samples }, span, serviceMs), 0.5) ?? Number.NaN,
        errors: 1 - good / planned,
        latenessP99Ms: quantile(late, 0.99) ?? Number.POSITIVE_INFINITY,
        planned,
      };
    });
}

function rateOf({ fromMs, toMs }: PhaseSpan, planned: number): number {
  return (1000 * planned) / (toMs - fromMs);
}

export interface Segment {
  phase: Extract<Phase, 'warm-up' | 'steady'>;
  seconds: number;
  ratePerSecond: number;
}

/** Of a client that keeps the last second's answers from being the first that anybody asks. */
export function warmUpTo(ratePerSecond: number): Segment[] {
  return WARM_UP.map((share) => ({ phase: 'warm-up', seconds: 1, ratePerSecond: share * ratePerSecond }));
}

/** Plays a tape at a server that is up, with k6; `firstKey` is that of the first request, each next one has the next. */
export async function playOpen(
  target: OpenTarget,
  segments: readonly Segment[],
  firstKey: number,
  signal: AbortSignal,
): Promise<Played & { sent: number }> {
  const drawn = makeTape(segments, target.keys, 1);
  // One after the other, so that a cache knows none while there are others.
  const tape = { ...drawn, key: drawn.key.map((_, i) => (firstKey + i) % target.keys) };
  const highest = Math.max(...segments.map(({ ratePerSecond }) => ratePerSecond));
  const { path: k6 } = await provision('k6', { cacheDir, onProgress: () => {}, signal });
  const player = {
    processes: target.processes,
    ports: createPorts(),
    k6,
    scriptOf: () => scriptFile(target.script),
    requests: target.requests,
    cores: null,
    niceness: 0,
  };
  const load = {
    scenario: 'steady',
    ratePerSecond: highest,
    deadlineMs: CLIENT_TIMEOUT_MS,
    clientTimeoutMs: CLIENT_TIMEOUT_MS,
    vus: VIRTUAL_USERS,
  };
  const folder = await mkdtemp(join(target.folder, 'k6-'));
  const generator = await readyGenerator(player, { load, tape, targetUrl: target.url, folder });
  try {
    const samples = blankSamples(tape.atMs.length);
    const meter = meterOf(target.pids);
    const playing = await generator.play({
      signal,
      onSamples: (more) => {
        for (const sample of more) addSample(samples, sample);
      },
    });
    const { cpu } = await playing.ended;
    signal.throwIfAborted();
    return {
      spans: heldOf(tape, samples),
      taken: meter.taken(samples.count),
      generatorCores: cpu ? cpu.cpuSeconds / cpu.playSeconds : null,
      sent: tape.atMs.length,
    };
  } finally {
    await generator.close();
  }
}

export interface HighestHeld {
  highest: number | 'none';
  /** Nothing higher was tried. */
  isLeast: boolean;
  /** What it was like when it was held for longer. */
  at: Held | null;
  /** The lowest rate above it that was too much, which tells who was at its end. */
  beyond: Beyond | null;
  taken: Record<string, Taken>;
}

/**
 * The highest rate that is held: what a search finds by spans of a few seconds, or as much less as is held for `seconds`
 * too.
 */
export async function highestHeldRate(
  target: OpenTarget,
  most: number,
  seconds: number,
  signal: AbortSignal,
): Promise<HighestHeld> {
  let firstKey = 0;
  const tooMuch: Beyond[] = [];
  const play = async (segments: readonly Segment[]) => {
    const played = await playOpen(target, segments, firstKey, signal);
    firstKey += played.sent;
    return played;
  };
  const found = await searchHighest(most, async (rates, kind) => {
    const warmTo = kind === 'climb' ? Math.min(...rates) : Math.max(...rates);
    const span = kind === 'confirm' ? 2 * STEP_SECONDS : STEP_SECONDS;
    const steps = rates.map((ratePerSecond): Segment => ({ phase: 'steady', seconds: span, ratePerSecond }));
    const { spans, generatorCores } = await play([...warmUpTo(warmTo), ...steps]);
    for (const at of kind === 'confirm' ? spans : []) if (!isHeld(at)) tooMuch.push({ at, generatorCores });
    return spans.map(isHeld);
  });
  for (const rate of found === 'none' ? [] : ratesDownFrom(found === 'all' ? most : found)) {
    const long = { phase: 'steady', seconds, ratePerSecond: rate } as const;
    const { spans, taken, generatorCores } = await play([...warmUpTo(rate), long]);
    const at = spans[0]!;
    if (isHeld(at))
      return { highest: rate, isLeast: rate === most, at, beyond: beyondOf(rate, tooMuch), taken };
    tooMuch.push({ at, generatorCores });
  }
  return { highest: 'none', isLeast: false, at: null, beyond: null, taken: {} };
}

const STEP_SECONDS = 2;
/** Down to half of what was found. */
const STEPS_DOWN = 14;

/** Each a twentieth less than the last one. */
function ratesDownFrom(highest: number): number[] {
  return Array.from({ length: STEPS_DOWN }, (_, i) => Math.round(highest * 0.95 ** i));
}

/** The lowest rate above this one that was too much. */
function beyondOf(rate: number, tooMuch: readonly Beyond[]): Beyond | null {
  const above = tooMuch.filter(({ at }) => at.ratePerSecond > rate);
  return above.toSorted((a, b) => a.at.ratePerSecond - b.at.ratePerSecond)[0] ?? null;
}
