import { METRICS } from '#contract/metrics.ts';

const NAMED = new Set<string>(Object.values(METRICS));
const TIMEOUT_MS = 1_000;

/** Reads a service's /metrics: the series that the contract names, as `name{label="value"}` → number. */
export async function scrapeMetrics(address: string): Promise<Record<string, number>> {
  const response = await fetch(`${address}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return parseMetrics(await response.text());
}

/** Prometheus' text format; buckets are left out, since sums and counts carry what is judged. */
export function parseMetrics(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    const series = line.slice(0, space);
    const name = series.split('{', 1)[0]!;
    if (NAMED.has(name.replace(/_(sum|count)$/, ''))) values[series] = Number(line.slice(space + 1));
  }
  return values;
}
