// Plain data, imports nothing: both the harness and k6's runtime may read it.

/** A traffic shape: which script plays it, how the arrivals and the keys are drawn. */
export interface Scenario {
  summary: string;
  /** File beside this one. */
  script: string;
  arrivals: 'poisson';
  /** Zipf's law: key k in proportion to (k + 1)^-s. */
  keys: 'uniform' | { zipf: number };
}

export const scenarios = {
  steady: {
    summary: 'constant mean rate, Poisson arrivals, keys uniform over the pool',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: 'uniform',
  },
  'zipf-1': {
    summary: 'constant mean rate, Poisson arrivals, few keys asked for often: Zipf 1.0 over the pool',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: { zipf: 1 },
  },
} as const satisfies Record<string, Scenario>;
