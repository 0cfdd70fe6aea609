import { expect, test } from 'vitest';
import type { Machine } from '#contract/record.ts';
import { mostPerSecond } from './machine.ts';

const machine = (cores: number, load?: string) =>
  ({ cores, pinnedCores: load === undefined ? null : { services: '0', load } }) as Machine;

test.each([
  ['one of two cores', machine(2, '1'), 8_000],
  ['the odd one too', machine(3, '1-2'), 16_000],
  ['half of sixteen', machine(16, '8-15'), 64_000],
  ['half of those that are shared with the services', machine(4), 16_000],
  ['a single core', machine(1), 8_000],
])('the load generator can be asked for so much on each core that it has: %s', (_, given, most) => {
  expect(mostPerSecond(given)).toBe(most);
});
