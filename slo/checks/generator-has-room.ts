import type { Check } from './index.ts';

/**
 * Share of its cores that the load generator may take over a play. Near all of them, requests queue inside it, both to
 * leave and to be timed: at nine tenths a queue makes them ten times as long as they are (M/M/1), and then the numbers
 * are its own. Proxies and harness want some of the same cores, so there is less room than this in truth.
 */
const MOST_SHARE = 0.9;

/** The load generator had processor time to spare: a saturated one measures itself. */
export const generatorHasRoom: Check = ({ facts }) => {
  const cpu = facts.generator?.cpu;
  if (!cpu) return null;
  const { cpuSeconds, playSeconds, cores } = cpu;
  const share = cpuSeconds / (playSeconds * cores);
  return {
    held: share <= MOST_SHARE,
    observed: `k6 took ${(share * 100).toFixed(1)} % of its ${cores} core${cores === 1 ? '' : 's'} over ${Math.round(playSeconds)} s, bound ${MOST_SHARE * 100} %`,
    advice: 'The generator measured itself: lower the rate, or give it more cores.',
  };
};
