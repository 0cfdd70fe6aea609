import { latenessMs } from '#contract/samples.ts';
import { valuesIn } from '#contract/trial-view.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Check } from './index.ts';

/** p99 of the lateness may use up this share of the deadline. */
const SHARE_OF_DEADLINE = 0.1;
const ALL = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

/** Requests left when they were planned; a late generator measures itself. */
export const lateness: Check = (view) => {
  const { experiment, facts } = view;
  if (facts.t0 === null) return null;
  const p99 = quantile(valuesIn(view, ALL, latenessMs), 0.99);
  const bound = experiment.load.deadlineMs * SHARE_OF_DEADLINE;
  return {
    held: p99 !== null && p99 <= bound,
    observed: p99 === null ? 'no samples' : `p99 of the lateness ${p99} ms, bound ${bound} ms`,
    advice: 'The generator was starved: lower the rate, or free the machine of other work.',
  };
};
