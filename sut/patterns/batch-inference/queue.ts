/** What the queue looks at of a call that waits. */
export interface Waiting {
  version: string;
  rows: number;
  /** Milliseconds on any clock, the same for all. */
  since: number;
  /** On that clock: from then on nobody waits for it; Infinity where somebody always does. */
  until: number;
  /** 1 is the most urgent. */
  priority: number;
  /** Whether nobody waits for it any more, whatever the clock says. */
  isAbandoned(): boolean;
}

export interface Batch<T> {
  /** None where all that waited were abandoned. */
  calls: T[];
  abandoned: T[];
}

export interface Queue<T extends Waiting> {
  /** Puts a call behind all that are as urgent or more. */
  add(call: T): void;
  /** Takes out the calls that nobody waits for any more. */
  takeExpired(now: number): T[];
  /**
   * Takes out the calls of the next run: the first one, and those behind it that ask the same version, in their order,
   * as long as all rows fit. The first is taken whatever its size. Those that it finds abandoned on the way are taken
   * out beside it.
   */
  takeBatch(maxRows: number): Batch<T>;
  /** Milliseconds until the next run should start; 0 when it should now. */
  msToWait(now: number, limits: { maxRows: number; windowMs: number }): number;
  /** Whether so many rows wait. */
  fills(maxRows: number): boolean;
  isEmpty(): boolean;
}

export function createQueue<T extends Waiting>(): Queue<T> {
  let calls: T[] = [];
  let rows = 0;
  /** How many of the calls may expire: mostly none, and then nobody goes through them. */
  let mortal = 0;

  function count(call: T, sign: 1 | -1): void {
    rows += sign * call.rows;
    if (Number.isFinite(call.until)) mortal += sign;
  }

  function taken(out: T[]): T[] {
    for (const call of out) count(call, -1);
    return out;
  }

  return {
    add(call) {
      let at = calls.length;
      while (at > 0 && calls[at - 1]!.priority > call.priority) at -= 1;
      calls.splice(at, 0, call);
      count(call, 1);
    },

    takeExpired(now) {
      if (mortal === 0) return [];
      const expired = calls.filter(({ until }) => until <= now);
      calls = calls.filter(({ until }) => until > now);
      return taken(expired);
    },

    takeBatch(maxRows) {
      const batch: T[] = [];
      const abandoned: T[] = [];
      const passed: T[] = [];
      let free = maxRows;
      let at = 0;
      for (; at < calls.length && free > 0; at += 1) {
        const call = calls[at]!;
        if (call.isAbandoned()) {
          abandoned.push(call);
          continue;
        }
        if (call.version !== (batch[0] ?? call).version) {
          passed.push(call);
          continue;
        }
        // Nobody overtakes a call that doesn't fit, or a large one would wait for ever.
        if (batch.length > 0 && call.rows > free) break;
        batch.push(call);
        free -= call.rows;
      }
      calls = [...passed, ...calls.slice(at)];
      return { calls: taken(batch), abandoned: taken(abandoned) };
    },

    msToWait(now, { maxRows, windowMs }) {
      if (windowMs === 0 || rows >= maxRows) return 0;
      const oldest = calls.reduce((least, { since }) => Math.min(least, since), now);
      return Math.max(0, oldest + windowMs - now);
    },

    fills: (maxRows) => rows >= maxRows,
    isEmpty: () => calls.length === 0,
  };
}
