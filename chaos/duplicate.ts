import Type from 'typebox';
import { defineFault } from '#contract/fault.ts';
import { MARKED } from './evidence.ts';

/** A client that was not sure sends again: whoever does both does one thing twice. */
export const duplicate = defineFault({
  summary: 'some requests are sent twice, with the same Idempotency-Key',
  options: Type.Object(
    {
      /** Of the requests while it lasts; each is drawn by itself. */
      share: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    },
    { additionalProperties: false },
  ),
  on: 'load',
  script: ({ share }) => ({
    inject: [],
    heal: [],
    bite: { link: null, anyOf: [MARKED] },
    marks: { twice: share },
  }),
});
