// Plain data, imports nothing: both the harness and k6's runtime may read it.

/** A traffic shape: which script plays it, how the arrivals and the keys are drawn. */
export interface Scenario {
  summary: string;
  /** File beside this one. */
  script: string;
  arrivals: 'poisson';
  keys: 'uniform';
}

export const scenarios = {
  steady: {
    summary: 'constant mean rate, Poisson arrivals, keys uniform over the pool',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: 'uniform',
  },
} as const satisfies Record<string, Scenario>;
