import type { Experiment } from '#contract/experiment.ts';

// What the experiments have alike that send jobs in a burst and look how soon the last of them is done.

export const jobsBurst = {
  pattern: 'async',
  load: {
    scenario: 'jobs',
    rate: { ofCapacity: 0.1, atMost: 400 },
    deadlineMs: 70_000,
    clientTimeoutMs: 70_000,
    // Steady: the 299 jobs that p99 of the acknowledgement needs, from 20 a second on. What is open after the recovery is
    // asked for half a minute more.
    seconds: { warmUp: 2, steady: 15, fault: 10, recovery: 25 },
    loadtest: { steady: 10, trials: 3 },
  },
  faults: {
    burst: { fault: 'overload', options: { ofCapacity: 5 } },
    none: { fault: 'none', options: {} },
  },
  objectives: [
    'jobs/acknowledged-within-20ms',
    'jobs/accounted-for',
    'jobs/accounted-for-in-fault',
    'jobs/accounted-for-in-recovery',
  ],
} satisfies Partial<Experiment>;
