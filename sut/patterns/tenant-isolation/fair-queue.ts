/** What the queue looks at of a call that waits. */
export interface Waiting {
  tenant: string;
  rows: number;
}

export interface FairQueue<T extends Waiting> {
  /** False, and nothing is changed, where as many calls of its tenant wait as may. */
  add(call: T): boolean;
  /** Takes out the call whose turn it is, of the tenants that may have one; undefined where none waits. */
  take(mayHave: (tenant: string) => boolean): T | undefined;
}

interface Line<T> {
  calls: T[];
  /** Virtual time at which its next call begins. */
  turn: number;
}

/**
 * A line for each tenant; the one that had least for its weight is next. Start-time fair queueing (Goyal, Vin and
 * Cheng, 1996): a call takes rows ÷ weight of virtual time, and who had nothing to ask saves nothing up for later.
 */
export function createFairQueue<T extends Waiting>(options: {
  maxWaiting: number;
  weightOf(tenant: string): number;
}): FairQueue<T> {
  const lines = new Map<string, Line<T>>();
  /** Virtual time: when the call that was taken last began. */
  let now = 0;

  function lineOf(tenant: string): Line<T> {
    const known = lines.get(tenant);
    if (known) return known;
    const line = { calls: [], turn: now };
    lines.set(tenant, line);
    return line;
  }

  /** Who waits for nothing and is owed nothing is as new, so that names don't pile up. */
  function forgetIdle(): void {
    for (const [tenant, { calls, turn }] of lines) {
      if (calls.length === 0 && turn <= now) lines.delete(tenant);
    }
  }

  return {
    add(call) {
      const line = lineOf(call.tenant);
      if (line.calls.length >= options.maxWaiting) return false;
      if (line.calls.length === 0) line.turn = Math.max(line.turn, now);
      line.calls.push(call);
      return true;
    },

    take(mayHave) {
      let next: Line<T> | undefined;
      for (const [tenant, line] of lines) {
        if (line.calls.length === 0 || !mayHave(tenant)) continue;
        if (!next || line.turn < next.turn) next = line;
      }
      const call = next?.calls.shift();
      if (!next || !call) return undefined;
      // One that was held back by its slots begins late; the time does not go back for it.
      now = Math.max(now, next.turn);
      next.turn = Math.max(next.turn, now) + call.rows / options.weightOf(call.tenant);
      forgetIdle();
      return call;
    },
  };
}
