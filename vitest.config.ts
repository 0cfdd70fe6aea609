import { configDefaults, defineConfig } from 'vitest/config';

/** Integration tests share two cores and measure time, so one file runs at a time. */
const oneAtATime = { fileParallelism: false, hookTimeout: 60_000 };
const never = [...configDefaults.exclude, 'reports/runs/**'];

export default defineConfig({
  test: {
    projects: [
      {
        // Pure, milliseconds.
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...never, '**/*.integration.test.ts', '**/*.ci.test.ts'],
        },
      },
      // Real processes.
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: never,
          testTimeout: 180_000,
          ...oneAtATime,
        },
      },
      // What takes minutes; .ci/run alone adds it.
      {
        test: {
          name: 'ci',
          include: ['**/*.ci.test.ts'],
          exclude: never,
          testTimeout: 1_800_000,
          ...oneAtATime,
        },
      },
    ],
  },
});
