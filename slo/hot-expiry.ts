import { came, isCached, isPrimary, latenessMs } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { cacheOf } from './cache-hits.ts';

/**
 * Calls to the model for the key that the tape asks for most ÷ times that they were needed, because its cached answer
 * had expired, in the fault window. A call shows itself by its answer: the model's, and not from the cache. Null
 * without a cache whose time to live is said, without an expiry in the window, and where a request for the key had
 * neither answer, since what it asked can't be told.
 */
export function callsPerHotExpiryInFault(view: TrialView): number | null {
  const { fault } = view.spans;
  const ttlMs = cacheOf(view)?.ttlMs;
  if (!fault || ttlMs === undefined) return null;
  const { tape, samples } = view;
  const hot = mostFrequent(tape.key);
  const calls: number[] = [];
  for (const [i, key] of tape.key.entries()) {
    if (key !== hot || !came(samples, i)) continue;
    const sentMs = tape.atMs[i]! + latenessMs(samples, i);
    if (isPrimary(samples, i)) calls.push(sentMs);
    else if (!isCached(samples, i) && sentMs >= fault.fromMs && sentMs < fault.toMs) return null;
  }
  const inWindow = byExpiry(calls, ttlMs).filter(([first]) => first! >= fault.fromMs && first! < fault.toMs);
  if (inWindow.length === 0) return null;
  return inWindow.reduce((sum, group) => sum + group.length, 0) / inWindow.length;
}

/**
 * Instants of calls in groups, one an expiry. The next expiry is a whole time to live after an answer; calls take less
 * than half of that. So those that were asked within half of it after the first belong to the first one's expiry.
 */
export function byExpiry(askedMs: readonly number[], ttlMs: number): number[][] {
  const groups: number[][] = [];
  for (const at of askedMs.toSorted((a, b) => a - b)) {
    const group = groups.at(-1);
    if (group && at - group[0]! < ttlMs / 2) group.push(at);
    else groups.push([at]);
  }
  return groups;
}

function mostFrequent(keys: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  let hot: number | undefined;
  for (const [key, count] of counts) if (count > (counts.get(hot!) ?? 0)) hot = key;
  return hot;
}
