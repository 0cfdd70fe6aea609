import { METRICS } from '#contract/metrics.ts';

/** Who served what a gateway answered, each as a share, of its metrics; what is under a thousandth goes unsaid. */
export function servedByText(metrics: Readonly<Record<string, number>>): string {
  const counts = new Map<string, number>();
  for (const [series, count] of Object.entries(metrics)) {
    const servedBy = /[{,]served_by="(\w+)"/.exec(series)?.[1];
    if (!series.startsWith(`${METRICS.requests}{`) || servedBy === undefined) continue;
    counts.set(servedBy, (counts.get(servedBy) ?? 0) + count);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .filter(([servedBy, count]) => servedBy !== 'primary' && count >= all / 1000)
    .map(([servedBy, count]) => `${((100 * count) / all).toFixed(1)} % by ${servedBy}`)
    .join(', ');
}
