import Type from 'typebox';
import { defineFault, isGone, linkInto, needService } from '#contract/fault.ts';
import { FAILED, HANGING, TIMED_OUT } from './evidence.ts';

/** The process is gone without a word; the heal starts it again. */
export const kill = defineFault({
  summary: 'a service is killed (SIGKILL) and started again',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'service',
  script: (_, target) => {
    const service = needService(target);
    return {
      inject: [{ do: 'kill', service }],
      heal: [{ do: 'restart', service }],
      bite: { link: linkInto(service), readBack: isGone(service), anyOf: [FAILED, TIMED_OUT, HANGING] },
    };
  },
});
