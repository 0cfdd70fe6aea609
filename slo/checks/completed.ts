import type { Check } from './index.ts';

/** The trial ran to its planned end. */
export const completed: Check = ({ facts }) => ({
  held: facts.ended === 'completed',
  observed: facts.error ? facts.error.message : facts.ended,
  advice:
    facts.ended === 'interrupted' ? 'Run it again to its end.' : 'Mend what ended it, then run it again.',
});
