import Type from 'typebox';
import { defineFault, needLink } from '#contract/fault.ts';
import { HANGING, TIMED_OUT } from './evidence.ts';

/** A black hole: requests arrive, nothing comes back, and connections stay open until the heal closes them. */
export const timeout = defineFault({
  summary: 'nothing comes back over a link, and its connections stay open',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'link',
  script: (_, target) => {
    const link = needLink(target);
    const name = 'timeout';
    return {
      inject: [
        {
          do: 'add-toxic',
          link,
          // Zero milliseconds: it never closes a connection by itself.
          toxic: { name, type: 'timeout', stream: 'downstream', toxicity: 1, attributes: { timeout: 0 } },
        },
      ],
      heal: [{ do: 'remove-toxic', link, name }],
      bite: { link, anyOf: [TIMED_OUT, HANGING] },
    };
  },
});
