import { expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { servedByText } from './served-by.ts';

const series = (servedBy: string, version: string) =>
  `${METRICS.requests}{route="/v2",status="200",served_by="${servedBy}",model_version="${version}"}`;

test('what was not the model that was asked is told by its share', () => {
  const metrics = {
    [series('primary', 'mlp-1')]: 900,
    [series('cache', 'mlp-1')]: 60,
    [series('cache', 'lin-1')]: 20,
    [series('fallback', 'lin-1')]: 20,
    [`${METRICS.upstreamStarted}`]: 7,
  };
  expect(servedByText(metrics)).toBe('8.0 % by cache, 2.0 % by fallback');
});

test('where all, or nothing, was the model there is nothing to tell', () => {
  expect(servedByText({ [series('primary', 'mlp-1')]: 5 })).toBe('');
  expect(servedByText({ [series('primary', 'mlp-1')]: 5_000, [series('cache', 'mlp-1')]: 3 })).toBe('');
  expect(servedByText({})).toBe('');
});
