import type { Check } from './index.ts';

/** The load generator ended by itself and without an error. */
export const generator: Check = ({ facts }) => {
  if (!facts.generator) return null;
  const { exitCode, signal } = facts.generator;
  return {
    held: exitCode === 0,
    observed: signal ? `k6 ended by ${signal}` : `k6 ended with code ${exitCode}`,
    advice: "Read the generator's log in the trial's folder.",
  };
};
