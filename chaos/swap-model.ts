import Type from 'typebox';
import { asksForAnother, defineFault, linkInto, needService } from '#contract/fault.ts';

/** A cache may answer most requests from before the swap, and that is what is to be seen; but not all. */
const SEEN_SHARE = 0.05;
const CALLS = 20;

/** A release under load: another version of the model takes the place of the one that is asked, and goes again. */
export const swapModel = defineFault({
  summary: 'a service asks for another version of the model, as after a release, and for the first one again',
  options: Type.Object(
    {
      /** The version that takes its place; `models.next` of the variants, so that the model server has it. */
      version: Type.String(),
    },
    { additionalProperties: false },
  ),
  on: 'service',
  script: ({ version }, target) => {
    const service = needService(target);
    return {
      inject: [{ do: 'set-model', service, version }],
      heal: [{ do: 'reset-model', service }],
      bite: {
        link: linkInto(service),
        readBack: asksForAnother(service),
        anyOf: [{ version, answerShareAtLeast: SEEN_SHARE, calls: CALLS }],
      },
    };
  },
});
