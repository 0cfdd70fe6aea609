import { quantile } from '#slo/statistics/quantile.ts';

/** When the server stood still, in milliseconds on the clock of the arrivals; `to` is exclusive. */
export interface Stall {
  fromMs: number;
  toMs: number;
}

/**
 * Milliseconds from each arrival to its answer, at a server that takes one request at a time in the order of their
 * coming (Lindley's recursion), for `serviceMs` each, and neither reads nor answers during the stall.
 */
export function expectedResponses(arrivalsMs: readonly number[], serviceMs: number, stall: Stall): number[] {
  const whenUp = (ms: number) => (ms >= stall.fromMs && ms < stall.toMs ? stall.toMs : ms);
  let freeAt = Number.NEGATIVE_INFINITY;
  return arrivalsMs.map((at) => {
    freeAt = Math.max(whenUp(at), freeAt) + serviceMs;
    return whenUp(freeAt) - at;
  });
}

/** The most requests that wait for their answers at once: so many users an open loop needs. */
export function mostInFlight(arrivalsMs: readonly number[], responsesMs: readonly number[]): number {
  const ends = arrivalsMs.map((at, i) => at + responsesMs[i]!).sort((a, b) => a - b);
  let ended = 0;
  let most = 0;
  arrivalsMs.forEach((at, i) => {
    while (ends[ended]! <= at) ended += 1;
    most = Math.max(most, i + 1 - ended);
  });
  return most;
}

/** What is told of one play. */
export interface Figures {
  requests: number;
  p99Ms: number;
  /** Requests whose answers took longer than the objective allows. */
  beyond: number;
}

export function figuresOf(responsesMs: readonly number[], withinMs: number): Figures {
  return {
    requests: responsesMs.length,
    p99Ms: quantile(responsesMs, 0.99) ?? Number.NaN,
    beyond: responsesMs.filter((ms) => ms > withinMs).length,
  };
}

/** How far a figure lies from the expected one, as a share of that. */
export function deviation(seen: number, expected: number): number {
  return seen / expected - 1;
}
