import type { Check } from './index.ts';

/** Every planned request was sent and came to an end: what is missing is most likely what hung. */
export const samplesEqualTape: Check = ({ outcomes, facts }) => {
  if (facts.t0 === null) return null;
  const missing = outcomes.filter((sample) => sample === undefined).length;
  return {
    held: missing === 0 && outcomes.length > 0,
    observed: `${outcomes.length - missing} samples for ${outcomes.length} planned requests`,
    advice: 'The generator could not send them all: lower the rate or give it more cores.',
  };
};
