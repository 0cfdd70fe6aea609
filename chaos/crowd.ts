import Type, { type Static } from 'typebox';

/** Requests that come on top of the load's own. */
export const CrowdSchema = Type.Object(
  {
    /** Multiple of C that is offered while it lasts, the load's own rate included. */
    ofCapacity: Type.Number({ exclusiveMinimum: 0, maximum: 20 }),
    /** Whose requests they are that come on top of the load's own rate; absent: as those of the load. */
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
);

export function offersOf({ ofCapacity, tenant }: Static<typeof CrowdSchema>): {
  ofCapacity: number;
  tenant?: string;
} {
  return { ofCapacity, ...(tenant === undefined ? {} : { tenant }) };
}
