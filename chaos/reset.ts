import Type from 'typebox';
import { defineFault, type FaultAction, needLink } from '#contract/fault.ts';
import type { Link } from '#contract/names.ts';
import { FAILED } from './evidence.ts';

/** Every connection is reset (TCP RST) where its first answer should have come. */
export const reset = defineFault({
  summary: 'connections over a link are reset instead of answered',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'link',
  script: (_, target) => {
    const link = needLink(target);
    const name = 'reset';
    return {
      inject: [
        {
          do: 'add-toxic',
          link,
          toxic: {
            name,
            type: 'reset_peer',
            stream: 'downstream',
            toxicity: 1,
            attributes: { timeout: 0 },
          },
        },
        // Toxiproxy arms a connection when it is made; one from before the toxic would end with a FIN.
        ...closeConnections(link),
      ],
      // An armed connection that is still open would be reset when it ends, long after the heal.
      heal: [{ do: 'remove-toxic', link, name }, ...closeConnections(link)],
      bite: { link, anyOf: [FAILED] },
    };
  },
});

function closeConnections(link: Link): FaultAction[] {
  return [
    { do: 'set-proxy', link, enabled: false },
    { do: 'set-proxy', link, enabled: true },
  ];
}
