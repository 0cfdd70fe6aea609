import { expect, test } from 'vitest';
import { parseMetrics } from './metrics.ts';

test('keeps the series that the contract names, sums and counts of histograms, and no buckets', () => {
  const text = [
    '# HELP upstream_calls_total Calls',
    'upstream_calls_total{outcome="ok"} 12',
    'upstream_call_duration_seconds_bucket{le="0.1",outcome="ok"} 11',
    'upstream_call_duration_seconds_sum{outcome="ok"} 1.5',
    'upstream_call_duration_seconds_count{outcome="ok"} 12',
    'nodejs_heap_size_used_bytes 1',
    '',
  ].join('\n');
  expect(parseMetrics(text)).toEqual({
    'upstream_calls_total{outcome="ok"}': 12,
    'upstream_call_duration_seconds_sum{outcome="ok"}': 1.5,
    'upstream_call_duration_seconds_count{outcome="ok"}': 12,
  });
});
