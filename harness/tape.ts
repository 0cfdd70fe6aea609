import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Phase } from '#contract/names.ts';
import type { PhaseSpan, PlannedFault, Tape } from '#contract/plan.ts';
import { type KeyDraw, keyDrawer } from './keys.ts';

/** So that marks are drawn by numbers of their own. */
const MARKS_SEED = 500_000;

/** A stretch of a tape at one mean rate. */
export interface TapeSegment {
  phase: Phase;
  seconds: number;
  ratePerSecond: number;
  /** Whose the requests are; absent: none says. */
  tenant?: string | undefined;
  /** Another tenant, and its share of the requests. */
  crowd?: { tenant: string; share: number } | undefined;
}

/** How the keys of a tape are chosen. */
export interface TapeKeys {
  keys: KeyDraw;
  /** Of the warm-up, in place of drawn ones: each of the most popular once, the most popular last. */
  warmUpKeys?: 'most-popular';
}

/** The planned requests: Poisson arrivals at each segment's rate, keys of the pool as they are to be drawn. */
export function makeTape(
  segments: readonly TapeSegment[],
  poolSize: number,
  seed: number,
  { keys, warmUpKeys }: TapeKeys = { keys: 'uniform' },
): Tape {
  const random = uniform(seed);
  const keyFor = keyDrawer(keys, poolSize);
  const tape: Tape = { atMs: [], key: [], phases: spansOf(segments) };
  const tenants: string[] = [];
  tape.phases.forEach((span, i) => {
    const { ratePerSecond, tenant, crowd } = segments[i]!;
    const perMs = ratePerSecond / 1000;
    // Exponential gaps within the segment; by the lack of memory each segment can begin afresh at its edge.
    for (let at = span.fromMs + gap(random, perMs); at < span.toMs; at += gap(random, perMs)) {
      tape.atMs.push(Math.floor(at));
      tape.key.push(keyFor(random()));
      // Marked one by one at random, the requests of each are a Poisson process of their own.
      if (tenant !== undefined) tenants.push(crowd && random() < crowd.share ? crowd.tenant : tenant);
    }
  });
  if (warmUpKeys) askMostPopular(tape, poolSize);
  return tenants.length > 0 ? { ...tape, tenant: tenants } : tape;
}

/** Marks requests of the fault phase, each drawn by itself; the instants and keys stay as they are. */
export function markTape(tape: Tape, fault: Pick<PlannedFault, 'marks'> | null, seed: number): Tape {
  const span = tape.phases.find(({ phase }) => phase === 'fault');
  if (!fault?.marks || !span) return tape;
  const { twice = 0, poison = 0 } = fault.marks;
  const random = uniform(seed + MARKS_SEED);
  const marks: NonNullable<Tape['marks']> = { twice: [], poison: [] };
  tape.atMs.forEach((atMs, i) => {
    if (atMs < span.fromMs || atMs >= span.toMs) return;
    const [one, other] = [random(), random()];
    if (one < poison) marks.poison.push(i);
    if (other < twice) marks.twice.push(i);
  });
  return { ...tape, marks };
}

/** After the draws, so that the instants and all later keys are those of the same tape without it. */
function askMostPopular({ atMs, key, phases }: Tape, poolSize: number): void {
  const endMs = phases.find(({ phase }) => phase === 'warm-up')?.toMs ?? 0;
  const count = atMs.filter((at) => at < endMs).length;
  for (let i = 0; i < count; i += 1) key[i] = (count - 1 - i) % poolSize;
}

function spansOf(segments: readonly TapeSegment[]): PhaseSpan[] {
  let fromMs = 0;
  return segments.map(({ phase, seconds }) => {
    const span = { phase, fromMs, toMs: fromMs + seconds * 1000 };
    fromMs = span.toMs;
    return span;
  });
}

function gap(random: () => number, perMs: number): number {
  return -Math.log1p(-random()) / perMs;
}

/** Uniform in [0, 1) with 53 bits. */
function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

export function tapeEndMs(tape: Tape): number {
  return tape.phases.at(-1)?.toMs ?? 0;
}
