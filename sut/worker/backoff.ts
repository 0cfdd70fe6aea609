/**
 * Milliseconds to wait before the next try: drawn evenly from nothing to a bound that doubles with each, so that jobs
 * which failed together don't come back together ("full jitter": Brooker, Exponential Backoff And Jitter, 2015).
 */
export function backoffMs(
  tries: number,
  { backoffMs: first, maxBackoffMs }: { backoffMs: number; maxBackoffMs: number },
  random: () => number,
): number {
  const bound = Math.min(maxBackoffMs, first * 2 ** Math.min(30, Math.max(0, tries - 1)));
  return Math.max(1, Math.round(random() * bound));
}
