import Type from 'typebox';
import { defineFault } from '#contract/fault.ts';

/** The control: the same phases, nothing injected. */
export const none = defineFault({
  summary: 'the control: nothing is injected',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'nothing',
  script: () => ({ inject: [], heal: [], bite: { link: null, anyOf: [] } }),
});
