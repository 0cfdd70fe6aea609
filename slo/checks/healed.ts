import type { Check } from './index.ts';

/** What was injected was taken back, and it was read back that nothing is left. */
export const healed: Check = ({ facts }) => {
  const injected = facts.faults.filter(({ injectRequestedAt }) => injectRequestedAt !== null);
  if (injected.length === 0) return null;
  const open = injected.filter(({ healedAt, residue }) => healedAt === null || residue.length > 0);
  return {
    held: open.length === 0,
    observed:
      open.length === 0
        ? `${injected.length} of ${injected.length} healed, nothing left`
        : `not healed: ${open.map(({ name, residue }) => `${name} (${residue.join(', ') || 'no answer'})`).join('; ')}`,
    advice: 'Its proxies ended with the run; look for what else the fault touched.',
  };
};
