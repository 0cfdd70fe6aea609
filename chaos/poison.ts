import Type from 'typebox';
import { defineFault } from '#contract/fault.ts';
import { MARKED } from './evidence.ts';

/** Jobs that nobody can do: whoever tries them until they succeed does nothing else any more. */
export const poison = defineFault({
  summary: 'some requests are well-formed, and yet the model has no answer to them',
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
    marks: { poison: share },
  }),
});
