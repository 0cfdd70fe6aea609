// Plain data, imports nothing: both the harness and k6's runtime may read it.

/** A traffic shape: which script plays it, how the arrivals and the keys are drawn. */
export interface Scenario {
  summary: string;
  /** File beside this one. */
  script: string;
  arrivals: 'poisson';
  /** Zipf's law: key k in proportion to (k + 1)^-s. */
  keys: 'uniform' | { zipf: number };
  /**
   * Of the warm-up, where it isn't drawn like the rest: the most popular keys, each once and the most popular last. What
   * a cache then has is what it would have from long before.
   */
  warmUpKeys?: 'most-popular';
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
  'zipf-1-warm': {
    summary: 'as zipf-1, but the warm-up asks each of the most popular keys once, so that a cache is full',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: { zipf: 1 },
    warmUpKeys: 'most-popular',
  },
  'zipf-07-warm': {
    summary: 'as zipf-1-warm, but many keys are asked for now and then: Zipf 0.7',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: { zipf: 0.7 },
    warmUpKeys: 'most-popular',
  },
  'zipf-2': {
    summary: 'constant mean rate, Poisson arrivals, six requests of ten for one key: Zipf 2.0 over the pool',
    script: 'infer.ts',
    arrivals: 'poisson',
    keys: { zipf: 2 },
  },
} as const satisfies Record<string, Scenario>;
