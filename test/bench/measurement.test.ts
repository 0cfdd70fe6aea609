import { expect, test } from 'vitest';
import { isAsked, type Measurement, measurementLines, measurementMarkdown } from './measurement.ts';

const measured: Measurement = {
  id: 'gateway-json-1',
  what: 'gateway, 1 row of JSON',
  requestsPerSecond: 9_876.5,
  rowsPerSecond: 9_876.5,
  p50Ms: 6.789,
  p99Ms: 12.34,
  p999Ms: null,
  taken: {
    gateway: { cpuMsPerRequest: 0.0814, megabytes: 120.4 },
    'model-server': { cpuMsPerRequest: 0.05, megabytes: 99 },
  },
  checked: 123,
  isOfLimit: true,
};

test('a row of the table has its figures with their share of the limit, by process', () => {
  const [, row] = measurementLines([measured], 80_000);
  expect(row!.split(/ {2,}/)).toEqual([
    'gateway, 1 row of JSON',
    '9877',
    '9877',
    '0.12',
    '6.79',
    '12.3',
    '–',
    'gateway 0.081, model-server 0.050',
    'gateway 120, model-server 99',
    '123',
  ]);
});

test('without a limit, or of another model, there is no share', () => {
  const shareIn = (lines: string[]) => lines.at(-1)!.split('|')[4]!.trim();
  expect(shareIn(measurementMarkdown([measured], null))).toBe('–');
  expect(shareIn(measurementMarkdown([{ ...measured, isOfLimit: false }], 80_000))).toBe('–');
  expect(shareIn(measurementMarkdown([measured], 9_876.5))).toBe('1.00');
});

test.each([
  ['gateway-json-1', [], true],
  ['gateway-json-1', ['gateway'], true],
  ['gateway-json-16', ['gateway-json-1'], false],
  ['gateway-json-1', ['server', 'gateway-json-1'], true],
])('row %s is played for --rows %j: %s', (id, asked, is) => {
  expect(isAsked(id, asked)).toBe(is);
});
