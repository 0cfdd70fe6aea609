import { seeBite } from '../bite.ts';
import type { Check } from './index.ts';

/** The fault took effect: a system that was never hit isn't resilient. */
export const faultBit: Check = (view) => {
  const { experiment, facts } = view;
  if (experiment.faults.length === 0 || facts.t0 === null) return null;
  const seen = experiment.faults.map((fault) => seeBite(view, fault));
  return {
    held: seen.every(({ held }) => held),
    observed: seen.map(({ observed }) => observed).join('; '),
    advice: 'The fault did not reach the calls that it should have; check its link and its options.',
  };
};
