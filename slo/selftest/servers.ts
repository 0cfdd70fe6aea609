import { type Batches, batchSeconds } from '../statistics/clustering.ts';
import type { Random } from './random.ts';

// Servers whose true share of misses is known, watched through windows.

/** Evenly spaced requests per second. */
export const RATE = 200;

export interface Server {
  /** The share of requests that miss in the long run. */
  truth: number;
  /** One window: of each planned request, in order, whether it missed. */
  watch(random: Random): Uint8Array;
}

/** Each request by itself is answered after a latency that misses beyond the limit. */
export function latencyServer(
  seconds: number,
  truth: number,
  limitMs: number,
  latencyMs: (random: Random) => number,
): Server {
  return {
    truth,
    watch: (random) =>
      Uint8Array.from({ length: seconds * RATE }, () => (latencyMs(random) > limitMs ? 1 : 0)),
  };
}

/** Every request misses with the same probability, whatever the others do. */
export function failingServer(seconds: number, truth: number, rate = RATE): Server {
  return {
    truth,
    watch(random) {
      const missed = new Uint8Array(seconds * rate);
      missOneByOne(missed, truth, random);
      return missed;
    },
  };
}

function missOneByOne(missed: Uint8Array, share: number, random: Random): void {
  if (share === 0) return;
  // The gaps between misses that come alone are geometric.
  const gap = () => 1 + Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-share));
  for (let i = gap() - 1; i < missed.length; i += gap()) missed[i] = 1;
}

/** Lengths of bad episodes around a mean, by how they vary. */
const lengths = {
  equal: (_: Random, mean: number) => mean,
  exponential: (random: Random, mean: number) => random.exponential(mean),
} as const satisfies Record<string, (random: Random, mean: number) => number>;
export type Lengths = keyof typeof lengths;
export const LENGTHS = Object.keys(lengths) as Lengths[];

export interface Stalls {
  seconds: number;
  /** Mean length of a bad episode, in which every request misses. */
  episodeSeconds: number;
  /** Bad episodes that are to be expected in the window. */
  expected: number;
  vary: Lengths;
  /** Share of the other requests that miss, each by itself. */
  background?: number;
}

/** Good for an exponential while, bad for an episode, and so on. */
export function stallingServer({ seconds, episodeSeconds, expected, vary, background = 0 }: Stalls): Server {
  const cycle = seconds / expected;
  const bad = episodeSeconds / cycle;
  return {
    truth: bad + (1 - bad) * background,
    watch(random) {
      const missed = new Uint8Array(seconds * RATE);
      // From long before, so that the window may begin within an episode as often as one does.
      let at = -10 * cycle + random.exponential(cycle - episodeSeconds);
      while (at < seconds) {
        const end = at + lengths[vary](random, episodeSeconds);
        missed.fill(1, Math.max(0, Math.ceil(at * RATE)), Math.max(0, Math.ceil(end * RATE)));
        at = end + random.exponential(cycle - episodeSeconds);
      }
      missOneByOne(missed, background, random);
      return missed;
    },
  };
}

/** A share of misses that wanders around its mean by a share of it, and is back after so many seconds. */
export function driftingServer(seconds: number, truth: number, spread: number, backSeconds: number): Server {
  const keeps = Math.exp(-1 / backSeconds);
  return {
    truth,
    watch(random) {
      const missed = new Uint8Array(seconds * RATE);
      let state = random.normal();
      for (let second = 0; second < seconds; second += 1) {
        const share = truth * Math.exp(spread * state - spread ** 2 / 2);
        missOneByOne(missed.subarray(second * RATE, (second + 1) * RATE), share, random);
        state = keeps * state + Math.sqrt(1 - keeps ** 2) * random.normal();
      }
      return missed;
    },
  };
}

/** The trials' requests in batches, as an objective is judged: of a length that all windows together allow. */
export function batched(windows: readonly Uint8Array[], rate = RATE): Batches[] {
  const seconds = windows.reduce((sum, { length }) => sum + length, 0) / rate;
  return windows.map((missed) => inBatches(missed, rate, batchSeconds(seconds)));
}

export function inBatches(missed: Uint8Array, rate: number, batch: number): Batches {
  const length = Math.ceil(missed.length / rate / batch - 1e-9);
  const batches = { total: new Float64Array(length), missed: new Float64Array(length) };
  for (let i = 0; i < missed.length; i += 1) {
    const position = Math.min(length - 1, Math.floor(i / rate / batch));
    batches.total[position]! += 1;
    batches.missed[position]! += missed[i]!;
  }
  return batches;
}
