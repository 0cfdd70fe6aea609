import { expect, test } from 'vitest';
import { fingerprintOf } from '#contract/fingerprint.ts';
import { machine } from '#test/sim/effects.ts';
import { calibrationText } from './calibrate.ts';

test('the table says per metric what six pairs can show, and how many show 10 %', () => {
  const metric = (deviation: number) => ({ deviation, pairs: 6, runId: 'aa', measuredAt: '' });
  const text = calibrationText({
    schemaVersion: 1,
    experiment: 'steady-1000',
    fingerprint: fingerprintOf(machine),
    ratePerSecond: 1_000,
    metrics: {
      'steady-p50-response-ms': metric(0.02),
      'steady-p99-response-ms': metric(0.2),
      'goodput-in-fault': metric(40),
    },
  });
  expect(text[0]).toContain(
    `steady-1000 against itself on ${fingerprintOf(machine).digest} at 1,000 requests/s`,
  );
  expect(text[1]).toMatch(/metric +pairs +A\/A deviation +visible with 6 pairs +pairs to see 10 %/);
  // (2.571 + 1.476) · 0.02 ÷ √6 as a log ratio.
  expect(text[2]).toMatch(/steady p50 response time +6 +2\.0 % +3\.4 % +3$/);
  expect(text[3]).toMatch(/steady p99 response time +6 +22\.1 % +39\.2 % +4\d$/);
  expect(text[4]).toMatch(/over 10,000$/);
});
