import Type, { type Static } from 'typebox';

export const TenantIsolationOptionsSchema = Type.Object(
  {
    /** Calls of one tenant that may wait for a slot; what is over that is answered 429. */
    maxWaiting: Type.Integer({ minimum: 1, maximum: 4_096, default: 16 }),
    /** Slots (runs side by side) that no single tenant can take; one is left to each tenant where there are no more. */
    reservedSlots: Type.Integer({ minimum: 0, maximum: 63, default: 1 }),
    /** Share of a tenant, relative to the others'; 1 where it is not named. */
    weights: Type.Record(
      Type.String({ minLength: 1, maxLength: 64 }),
      Type.Number({ minimum: 0.01, maximum: 100 }),
      {
        default: {},
      },
    ),
  },
  { additionalProperties: false },
);
export type TenantIsolationOptions = Static<typeof TenantIsolationOptionsSchema>;
