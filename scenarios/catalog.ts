// Plain data, imports nothing: both the harness and k6's runtime may read it.

/** A traffic shape: which script plays it, how the arrivals and the keys are drawn. */
export interface Scenario {
  summary: string;
  /** File beside this one, without its ending. */
  script: string;
  arrivals: 'poisson';
  /** Zipf's law: key k in proportion to (k + 1)^-s. */
  keys: 'uniform' | { zipf: number };
  /**
   * Of the warm-up, where it isn't drawn like the rest: the most popular keys, each once and the most popular last. What
   * a cache then has is what it would have from long before.
   */
  warmUpKeys?: 'most-popular';
  /** Its requests prefer to be taken as jobs, and its client looks after them. */
  jobs?: JobClient;
}

/** What a client of jobs does besides sending. */
export interface JobClient {
  /** Milliseconds after which it gives up on an answer, be it to a job that it sends or to its question for one. */
  callTimeoutMs: number;
  /** Milliseconds after the acknowledgement at which it asks for the job; later where `Retry-After` says so. */
  pollAfterMs: readonly number[];
  /** Milliseconds between further questions, until the experiment's client timeout. */
  pollEveryMs: number;
  /** Milliseconds to the next question where one had no answer; doubled with each, up to `pollEveryMs`. */
  askAgainAfterMs: number;
  /** Milliseconds to the next try, with the same Idempotency-Key, where a connection broke without an answer. */
  sendAgainAfterMs: readonly number[];
}

export const scenarios = {
  steady: {
    summary: 'constant mean rate, Poisson arrivals, keys uniform over the pool',
    script: 'infer',
    arrivals: 'poisson',
    keys: 'uniform',
  },
  'zipf-1': {
    summary: 'constant mean rate, Poisson arrivals, few keys asked for often: Zipf 1.0 over the pool',
    script: 'infer',
    arrivals: 'poisson',
    keys: { zipf: 1 },
  },
  jobs: {
    summary:
      'jobs at a constant mean rate, Poisson arrivals; each is asked for again and again until it has ended',
    script: 'jobs',
    arrivals: 'poisson',
    keys: 'uniform',
    jobs: {
      callTimeoutMs: 1_000,
      // In a burst questions are more than jobs: asked eight times in the first two seconds, 1,200 jobs a second were
      // refused for want of the time that 10,000 questions took.
      pollAfterMs: [50, 500, 2_500, 8_000, 16_000],
      pollEveryMs: 8_000,
      askAgainAfterMs: 1_000,
      sendAgainAfterMs: [200, 500, 1_000, 2_000, 4_000],
    },
  },
  'zipf-1-warm': {
    summary: 'as zipf-1, but the warm-up asks each of the most popular keys once, so that a cache is full',
    script: 'infer',
    arrivals: 'poisson',
    keys: { zipf: 1 },
    warmUpKeys: 'most-popular',
  },
  'zipf-07-warm': {
    summary: 'as zipf-1-warm, but many keys are asked for now and then: Zipf 0.7',
    script: 'infer',
    arrivals: 'poisson',
    keys: { zipf: 0.7 },
    warmUpKeys: 'most-popular',
  },
  'zipf-2': {
    summary: 'constant mean rate, Poisson arrivals, six requests of ten for one key: Zipf 2.0 over the pool',
    script: 'infer',
    arrivals: 'poisson',
    keys: { zipf: 2 },
  },
} as const satisfies Record<string, Scenario>;
