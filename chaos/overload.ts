import { defineFault } from '#contract/fault.ts';
import { CrowdSchema, offersOf } from './crowd.ts';

/** A generator that falls behind by more did not overload anybody; Poisson's own spread is a tenth of that. */
const SENT_SHARE = 0.9;

/** More is asked than the system can answer. It breaks nothing: the tape itself asks for more while it lasts. */
export const overload = defineFault({
  summary: 'requests come at a multiple of what the main baseline can answer (C)',
  options: CrowdSchema,
  on: 'load',
  script: (crowd) => ({
    inject: [],
    heal: [],
    bite: { link: null, anyOf: [{ sentShareAtLeast: SENT_SHARE }] },
    offers: offersOf(crowd),
  }),
});
