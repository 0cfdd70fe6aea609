import { came, type Samples } from '#contract/samples.ts';

// What is new of a trial each time that it is looked at; another trial begins anew.

/** Positions whose samples came since it was asked before; samples don't come in the order of the tape. */
export function createCount(): (samples: Samples) => number[] {
  let known: Samples | null = null;
  let counted = new Uint8Array();
  /** All before it are counted. */
  let from = 0;
  let left = 0;
  return (samples) => {
    if (samples !== known) {
      known = samples;
      counted = new Uint8Array(samples.flags.length);
      from = 0;
      left = 0;
    }
    const fresh: number[] = [];
    for (let i = from; i < counted.length && left + fresh.length < samples.count; i += 1) {
      if (counted[i] === 1 || !came(samples, i)) continue;
      counted[i] = 1;
      fresh.push(i);
    }
    left += fresh.length;
    while (counted[from] === 1) from += 1;
    return fresh;
  };
}

/** How many planned instants have come since it was asked before. */
export function createDue(): (tape: { plannedMs: readonly number[]; elapsedMs: number }) => number {
  let known: readonly number[] = [];
  let due = 0;
  return ({ plannedMs, elapsedMs }) => {
    if (plannedMs !== known) {
      known = plannedMs;
      due = 0;
    }
    const before = due;
    while (due < known.length && known[due]! <= elapsedMs) due += 1;
    return due - before;
  };
}
