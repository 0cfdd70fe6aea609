import Type from 'typebox';
import { defineFault, isStopped, linkInto, needService } from '#contract/fault.ts';
import { HANGING, TIMED_OUT } from './evidence.ts';

/** A gray failure: the process is there, its port takes connections, and nobody answers. */
export const pause = defineFault({
  summary: 'a service is stopped (SIGSTOP): it takes connections and answers nothing',
  options: Type.Object({}, { additionalProperties: false }),
  on: 'service',
  script: (_, target) => {
    const service = needService(target);
    return {
      inject: [{ do: 'pause', service }],
      heal: [{ do: 'resume', service }],
      bite: { link: linkInto(service), readBack: isStopped(service), anyOf: [TIMED_OUT, HANGING] },
    };
  },
});
