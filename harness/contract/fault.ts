import Type, { type Static, type TSchema } from 'typebox';
import type { Link } from './names.ts';
import { LinkSchema } from './topology.ts';

/** One thing to do to the system. Plain data: the effects layer has one function per `do`. */
export const FaultActionSchema = Type.Union([
  Type.Object({
    do: Type.Literal('add-toxic'),
    link: LinkSchema,
    toxic: Type.Object({
      name: Type.String(),
      type: Type.String(),
      stream: Type.Enum(['upstream', 'downstream']),
      toxicity: Type.Number({ minimum: 0, maximum: 1 }),
      attributes: Type.Record(Type.String(), Type.Number()),
    }),
  }),
  Type.Object({ do: Type.Literal('remove-toxic'), link: LinkSchema, name: Type.String() }),
]);
export type FaultAction = Static<typeof FaultActionSchema>;

/**
 * The evidence that a fault took effect, read from the calls that the link's client side made inside the fault
 * window. One `anyOf` that holds is enough. An empty list is the control: nothing was injected, nothing has to bite.
 */
export const BiteSchema = Type.Object({
  link: Type.Union([LinkSchema, Type.Null()]),
  anyOf: Type.Array(
    Type.Union([
      /** Mean duration of the answered calls. */
      Type.Object({ meanCallSecondsAtLeast: Type.Number({ exclusiveMinimum: 0 }) }),
      /** Share of calls that ended in a timeout, of at least so many calls. */
      Type.Object({ timeoutShareAtLeast: Type.Number(), calls: Type.Integer({ minimum: 1 }) }),
    ]),
  ),
});
export type Bite = Static<typeof BiteSchema>;

/** What a fault does, how it is undone, and how one knows that it bit. */
export interface FaultScript {
  inject: FaultAction[];
  heal: FaultAction[];
  bite: Bite;
}

/** A fault as an experiment uses it: which one, where, how hard. */
export const FaultUseSchema = Type.Object(
  {
    fault: Type.String(),
    /** Any text by its shape: that the topology has it is checked with all other names, in words of its own. */
    link: Type.Optional(Type.Unsafe<Link>(Type.String())),
    options: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  },
  { additionalProperties: false },
);
export type FaultUse = Static<typeof FaultUseSchema>;

/** One kind of fault: data from options, no I/O. The map of them is chaos/index.ts. */
export interface Fault<S extends TSchema = TSchema> {
  /** What it does, for `npm run list`. */
  summary: string;
  options: S;
  needsLink: boolean;
  /** Called with checked options, and with a link where `needsLink` says so. */
  script(options: Static<S>, link: Link | undefined): FaultScript;
}

export function defineFault<const S extends TSchema>(fault: Fault<S>): Fault<S> {
  return fault;
}

export function needLink(link: Link | undefined): Link {
  if (link === undefined) throw new Error('a fault on a link was planned without one');
  return link;
}
