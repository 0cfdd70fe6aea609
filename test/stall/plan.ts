import { CANDIDATE } from '#contract/names.ts';
import { PLAN_VERSION, type Plan, type PlannedExperiment } from '#contract/plan.ts';
import { VIRTUAL_USERS } from '#harness/plan/rates.ts';
import { makeTape } from '#harness/tape.ts';
import { system } from '#sut/system.ts';
import { CLIENT_TIMEOUT_MS, RATE_PER_SECOND, SECONDS, TARGET, WITHIN_MS } from './setup.ts';

export const WARM_UP_SECONDS = 2;
export const EXPERIMENT = 'stall';
const SEED = 1;

const segments = [
  { phase: 'warm-up', seconds: WARM_UP_SECONDS, ratePerSecond: RATE_PER_SECOND },
  { phase: 'steady', seconds: SECONDS, ratePerSecond: RATE_PER_SECOND },
] as const;

const experiment: PlannedExperiment = {
  name: EXPERIMENT,
  question: 'Is a stall of two seconds told as it was?',
  pattern: null,
  // Says nothing here: the server has no variants.
  variants: { [CANDIDATE]: system() },
  proxiedLinks: [],
  capacity: null,
  load: {
    scenario: 'steady',
    ratePerSecond: RATE_PER_SECOND,
    deadlineMs: WITHIN_MS,
    clientTimeoutMs: CLIENT_TIMEOUT_MS,
    vus: VIRTUAL_USERS,
  },
  tapes: [makeTape(segments, 1, SEED)],
  faults: [],
  trials: [{ id: `1-${CANDIDATE}`, variant: CANDIDATE, round: 1 }],
  objectives: [
    { name: 'in-time', phase: 'steady', indicator: 'latency', withinMs: WITHIN_MS, target: TARGET },
  ],
  claims: [],
};

/** One play of the tape; the stall is no fault of the plan, so that nothing but its length shapes what is judged. */
export const stallPlan: Plan = {
  schemaVersion: PLAN_VERSION,
  command: 'selftest',
  profile: 'quick',
  seed: SEED,
  look: null,
  pool: { name: 'one request', seed: SEED, size: 1 },
  experiments: [experiment],
};
