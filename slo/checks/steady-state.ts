import type { Check } from './index.ts';

const LEAST_GOODPUT = 0.95;

/** The system was well in the 5 s before the fault: else what followed can't be told from it. */
export const steadyState: Check = ({ facts, experiment }) => {
  if (experiment.faults.length === 0 || facts.t0 === null) return null;
  const goodput = facts.steadyGoodput;
  return {
    held: goodput !== null && goodput >= LEAST_GOODPUT,
    observed:
      goodput === null ? 'it never came to the fault' : `${(goodput * 100).toFixed(1)} % correct in time`,
    advice: `Below ${LEAST_GOODPUT * 100} % nothing is injected: lower the rate, or look into the services' logs.`,
  };
};
