import Type from 'typebox';
import { defineFault, lacksSlots, linkInto, needService } from '#contract/fault.ts';
import { CrowdSchema, offersOf } from './crowd.ts';

/** An accelerator that runs fewer calls at once, as when a device of several drops out; those that are back are cold. */
export const slotLoss = defineFault({
  summary: 'the accelerator of a service loses slots for a while (virtual accelerator only: a simulation)',
  options: Type.Object(
    {
      /** Slots that are lost. */
      slots: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
      /** Requests that come on top while it lasts; none where it is absent. */
      crowd: Type.Optional(CrowdSchema),
    },
    { additionalProperties: false },
  ),
  on: 'service',
  script: ({ slots, crowd }, target) => {
    const service = needService(target);
    return {
      inject: [{ do: 'take-slots', service, slots }],
      heal: [{ do: 'return-slots', service }],
      bite: {
        link: linkInto(service),
        readBack: lacksSlots(service),
        anyOf: [{ slotsLostAtLeast: slots }],
      },
      ...(crowd ? { offers: offersOf(crowd) } : {}),
    };
  },
});
