import Type from 'typebox';
import { answersErrors, defineFault, linkInto, needService } from '#contract/fault.ts';

/** Chance thins the errors of a short window, and half of them are still many more than a healthy service makes. */
const SEEN_SHARE = 0.5;
const CALLS = 20;

/** A service that answers some requests with an error at once and the others as ever: each is drawn by itself. */
export const flaky = defineFault({
  summary: 'a service answers a share of its inferences with an error, drawn per request',
  options: Type.Object(
    {
      /** Of the inferences that the service gets. */
      errorShare: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
      /** HTTP status of the errors. */
      status: Type.Integer({ minimum: 500, maximum: 599, default: 503 }),
      /** Of the draws. */
      seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 1 }),
    },
    { additionalProperties: false },
  ),
  on: 'service',
  script: ({ errorShare, status, seed }, target) => {
    const service = needService(target);
    const least = errorShare * SEEN_SHARE;
    return {
      inject: [{ do: 'set-errors', service, errors: { share: errorShare, status, seed } }],
      heal: [{ do: 'clear-errors', service }],
      bite: {
        link: linkInto(service),
        readBack: answersErrors(service),
        anyOf: [
          { errorShareAtLeast: least, calls: CALLS },
          { serverErrorShareAtLeast: least, calls: CALLS },
        ],
      },
    };
  },
});
