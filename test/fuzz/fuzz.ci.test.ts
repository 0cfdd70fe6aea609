import { expect, test } from 'vitest';
import { printedSeed } from './fuzz.ts';
import { properties } from './properties.ts';

const seed = printedSeed();

test.each(Object.entries(properties))('%s', async (_, { tries, many }) => {
  await tries({ runs: many, seed });
});

test('all of them together are more than 20,000 inputs', () => {
  const sum = Object.values(properties).reduce((so, { many }) => so + many, 0);
  expect(sum).toBeGreaterThanOrEqual(20_000);
});
