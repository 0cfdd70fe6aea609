import type { Check } from './index.ts';

/** Every planned request was sent and came to an end: what is missing is most likely what hung. */
export const samplesEqualTape: Check = ({ tape, samples, facts }) => {
  if (facts.t0 === null) return null;
  const planned = tape.atMs.length;
  return {
    held: samples.count === planned && planned > 0,
    observed: `${samples.count} samples for ${planned} planned requests`,
    advice: 'The generator could not send them all: lower the rate or give it more cores.',
  };
};
