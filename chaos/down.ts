import Type from 'typebox';
import { defineFault, needLink } from '#contract/fault.ts';
import { FAILED } from './evidence.ts';

/** The far end is not there: open connections are closed, new ones refused at once. */
export const down = defineFault({
  summary: 'a link refuses connections',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'link',
  script: (_, target) => {
    const link = needLink(target);
    return {
      inject: [{ do: 'set-proxy', link, enabled: false }],
      heal: [{ do: 'set-proxy', link, enabled: true }],
      bite: { link, anyOf: [FAILED] },
    };
  },
});
