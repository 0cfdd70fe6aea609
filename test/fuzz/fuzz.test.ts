import { test } from 'vitest';
import { properties } from './properties.ts';

/** The same inputs each time; CI tries many more, with a seed of its own. */
const SEED = 1;

test.each(Object.entries(properties))(
  '%s',
  async (_, { tries, few }) => {
    await tries({ runs: few, seed: SEED });
  },
  120_000,
);
