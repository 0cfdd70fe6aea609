import Type from 'typebox';
import { defineFault, needLink } from '#contract/fault.ts';
import { TIMED_OUT } from './evidence.ts';

/** A toxic that delays every answer may be early by scheduling noise; nine tenths of it must be seen. */
const SEEN_SHARE = 0.9;

/** Delays whatever comes back over a link. One direction: 100 ms of delay is 100 ms of round trip. */
export const latency = defineFault({
  summary: 'answers over a link come later',
  options: Type.Object(
    {
      /** Milliseconds of delay. */
      latencyMs: Type.Integer({ minimum: 1, maximum: 600_000 }),
      /** Milliseconds that the delay varies up and down. */
      jitterMs: Type.Integer({ minimum: 0, maximum: 600_000, default: 0 }),
    },
    { additionalProperties: false },
  ),
  on: 'link',
  script: (options, target) => {
    const link = needLink(target);
    const name = 'latency';
    const attributes = { latency: options.latencyMs, jitter: options.jitterMs };
    const seconds = (options.latencyMs * SEEN_SHARE) / 1000;
    return {
      inject: [
        {
          do: 'add-toxic',
          link,
          toxic: { name, type: 'latency', stream: 'downstream', toxicity: 1, attributes },
        },
      ],
      heal: [{ do: 'remove-toxic', link, name }],
      bite: {
        link, // Where the caller gives up before the delay is over, nearly all of its calls must have done so.
        anyOf: [{ meanCallSecondsAtLeast: seconds }, TIMED_OUT],
      },
    };
  },
});
