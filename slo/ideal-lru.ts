/**
 * For each request of a tape, whether an LRU cache of so many entries, empty at the start, has its key: where fewer
 * other keys than that came since it was asked for last (Mattson et al. 1970, stack distance). A Fenwick tree counts
 * them, so that nothing here works as a cache does.
 */
export function idealHits(keys: readonly number[], entries: number): Uint8Array {
  const hits = new Uint8Array(keys.length);
  const latest = fenwick(keys.length);
  const lastAt = new Map<number, number>();
  keys.forEach((key, at) => {
    const before = lastAt.get(key);
    if (before !== undefined) {
      // Each key is marked where it was asked for last, so these are the different ones since then.
      const others = latest.sumUpTo(at - 1) - latest.sumUpTo(before);
      hits[at] = others < entries ? 1 : 0;
      latest.add(before, -1);
    }
    latest.add(at, 1);
    lastAt.set(key, at);
  });
  return hits;
}

/** Sums over the first positions of a row of numbers, in logarithmic time (Fenwick 1994). */
function fenwick(length: number) {
  const tree = new Int32Array(length + 1);
  return {
    add(at: number, value: number): void {
      for (let i = at + 1; i <= length; i += i & -i) tree[i]! += value;
    },
    /** Of positions 0 to `at`, both included. */
    sumUpTo(at: number): number {
      let sum = 0;
      for (let i = at + 1; i > 0; i -= i & -i) sum += tree[i]!;
      return sum;
    },
  };
}
