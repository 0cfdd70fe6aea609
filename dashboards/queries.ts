import { METRICS } from '#contract/metrics.ts';
import type { Query } from './board.ts';

// The questions that several boards ask.

/** Of the services' series those of one service. */
export function of(service: string): string {
  return `job="${service}"`;
}

/** How fast a counter grows, over all its labels but those kept. */
export function rate(metric: string, selector: string, by: readonly string[] = []): string {
  const grouped = by.length === 0 ? 'sum' : `sum by (${by.join(', ')})`;
  return `${grouped} (rate(${metric}{${selector}}[$__rate_interval]))`;
}

/** A quantile of a histogram, as exact as its buckets are narrow. */
export function quantile(q: number, histogram: string, selector: string, by: readonly string[] = []): string {
  const labels = ['le', ...by].join(', ');
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${histogram}_bucket{${selector}}[$__rate_interval])))`;
}

/** A share that is 0 where nothing happened at all, instead of no number. */
export function share(part: string, whole: string): string {
  return `(${part}) / (${whole} > 0)`;
}

/** Median, 95th and 99th percentile of a histogram. */
export function percentiles(histogram: string, selector: string): [Query, Query, Query] {
  return [
    { expr: quantile(0.5, histogram, selector), legend: 'p50' },
    { expr: quantile(0.95, histogram, selector), legend: 'p95' },
    { expr: quantile(0.99, histogram, selector), legend: 'p99' },
  ];
}

export const GATEWAY = of('gateway');
export const MODEL_SERVER = of('model-server');
export const WORKER = of('worker');
export const HARNESS = of('harness');

export const requestsByStatus: Query = {
  expr: rate(METRICS.requests, GATEWAY, ['status']),
  legend: '{{status}}',
};

export const requestsByPath: Query = {
  expr: rate(METRICS.requests, `${GATEWAY}, status="200"`, ['served_by']),
  legend: '{{served_by}}',
};

/** 1 while a fault is injected, by its name; absent where no harness is at work. */
export const activeFaults = `max by (fault) (${METRICS.faultActive})`;

/** What shades every board. */
export const shading = `${activeFaults} > 0`;
