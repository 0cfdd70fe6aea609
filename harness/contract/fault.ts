import Type, { type Static, type TSchema } from 'typebox';
import { LINKS, type Link, type ServiceName } from './names.ts';
import { LinkSchema, linkEnds, ServiceSchema } from './topology.ts';

/** What a service is asked to answer inferences with, in place of its own answers. */
export const ErrorsSchema = Type.Object(
  {
    /** Of its inferences; each is drawn by itself. 0: none. */
    share: Type.Number({ minimum: 0, maximum: 1 }),
    /** HTTP status. */
    status: Type.Integer({ minimum: 500, maximum: 599 }),
    /** Of the draws, which begin anew each time that errors are asked for. */
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
  },
  { additionalProperties: false },
);
export type Errors = Static<typeof ErrorsSchema>;

/** Path of a service's fault port: GET tells the errors, PUT asks for them. */
export const ERRORS_PATH = '/errors';

/** The version of the model that a service asks for. */
export const AskedModelSchema = Type.Object({ version: Type.String() }, { additionalProperties: false });
export type AskedModel = Static<typeof AskedModelSchema>;

/** The same of the model that is asked for; answered once every request from then on asks for it. */
export const MODEL_PATH = '/model';

/** How many slots of its accelerator a service has lost. */
export const LostSlotsSchema = Type.Object(
  { lost: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export type LostSlots = Static<typeof LostSlotsSchema>;

/** The same of the slots that are lost; there is one where a service has an accelerator. */
export const SLOTS_PATH = '/slots';

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
  /** Off: the link refuses connections, and those that are open are closed. */
  Type.Object({ do: Type.Literal('set-proxy'), link: LinkSchema, enabled: Type.Boolean() }),
  /** SIGKILL to the process group of a service. */
  Type.Object({ do: Type.Literal('kill'), service: ServiceSchema }),
  /** Starts a killed service from the same configuration on the same port, and waits until it is ready. */
  Type.Object({ do: Type.Literal('restart'), service: ServiceSchema }),
  /** SIGSTOP: connections are still accepted by the system, and nobody answers. */
  Type.Object({ do: Type.Literal('pause'), service: ServiceSchema }),
  Type.Object({ do: Type.Literal('resume'), service: ServiceSchema }),
  /** By the hook in the service's own process, which only a harness's start gives it. */
  Type.Object({ do: Type.Literal('set-errors'), service: ServiceSchema, errors: ErrorsSchema }),
  Type.Object({ do: Type.Literal('clear-errors'), service: ServiceSchema }),
  /** From the acknowledgement on the service asks for this version in place of its configured one. */
  Type.Object({ do: Type.Literal('set-model'), service: ServiceSchema, version: Type.String() }),
  Type.Object({ do: Type.Literal('reset-model'), service: ServiceSchema }),
  /** The accelerator of a service runs so many calls fewer at once. */
  Type.Object({
    do: Type.Literal('take-slots'),
    service: ServiceSchema,
    slots: Type.Integer({ minimum: 1 }),
  }),
  Type.Object({ do: Type.Literal('return-slots'), service: ServiceSchema }),
]);
export type FaultAction = Static<typeof FaultActionSchema>;

/**
 * The evidence that a fault took effect, read from the calls that the link's client side made inside the fault
 * window. One `anyOf` that holds is enough. An empty list is the control: nothing was injected, nothing has to bite.
 */
export const BiteSchema = Type.Object({
  /**
   * For a fault on a service: the link into it, whose client side feels the fault. Null where nobody calls it: what is
   * read back is all there is then.
   */
  link: Type.Union([LinkSchema, Type.Null()]),
  /** What must besides have been read back right after the inject, in the words of `isGone` and the like. */
  readBack: Type.Optional(Type.String()),
  anyOf: Type.Array(
    Type.Union([
      /** Mean duration of the answered calls. */
      Type.Object({ meanCallSecondsAtLeast: Type.Number({ exclusiveMinimum: 0 }) }),
      /** Share of calls that ended in a timeout, of at least so many calls that ended. */
      Type.Object({ timeoutShareAtLeast: Type.Number(), calls: Type.Integer({ minimum: 1 }) }),
      /** Share of calls that ended in an error (refused, reset, closed), of at least so many calls that ended. */
      Type.Object({ errorShareAtLeast: Type.Number(), calls: Type.Integer({ minimum: 1 }) }),
      /** Share of the client's calls that were answered 5xx; between services those are errors like any other. */
      Type.Object({ serverErrorShareAtLeast: Type.Number(), calls: Type.Integer({ minimum: 1 }) }),
      /** Share of the answers that declare this model version, of at least so many calls that ended. */
      Type.Object({
        version: Type.String(),
        answerShareAtLeast: Type.Number(),
        calls: Type.Integer({ minimum: 1 }),
      }),
      /** Share of the requests per second that a fault on the load asks for, sent inside its window. */
      Type.Object({ sentShareAtLeast: Type.Number({ exclusiveMinimum: 0 }) }),
      /** Marked requests that were sent inside the window of a fault that marks them. */
      Type.Object({ markedSentAtLeast: Type.Integer({ minimum: 1 }) }),
      /** Slots that the service at the far end has fewer at the end of the window than before it, by its own metrics. */
      Type.Object({ slotsLostAtLeast: Type.Integer({ minimum: 1 }) }),
      /** Share of calls that were begun and did not end, of at least so many that were begun. */
      Type.Object({ hangingShareAtLeast: Type.Number(), calls: Type.Integer({ minimum: 1 }) }),
    ]),
  ),
});
export type Bite = Static<typeof BiteSchema>;

/** Shares of the requests that are out of the ordinary. */
export const MarksSchema = Type.Object({
  /** Sent twice, with one Idempotency-Key. */
  twice: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  /** Well-formed, and yet the model's answer to them is no number. */
  poison: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
});
export type Marks = Static<typeof MarksSchema>;

/** What a fault does, how it is undone, and how one knows that it bit. */
export interface FaultScript {
  inject: FaultAction[];
  heal: FaultAction[];
  bite: Bite;
  /**
   * What the tape asks for while it lasts, as a multiple of C: all that a fault on the load does, and what another may
   * do besides. With a tenant, what comes on top of the load's rate is that one's.
   */
  offers?: { ofCapacity: number; tenant?: string };
  /** For a fault on the load: which of the requests that it lasts for are out of the ordinary. */
  marks?: Marks;
}

/** A fault as an experiment uses it: which one, where, how hard. */
export const FaultUseSchema = Type.Object(
  {
    fault: Type.String(),
    /** Any text by its shape: that the topology has it is checked with all other names, in words of its own. */
    link: Type.Optional(Type.Unsafe<Link>(Type.String())),
    /** The same for a fault on a service. */
    service: Type.Optional(Type.Unsafe<ServiceName>(Type.String())),
    options: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  },
  { additionalProperties: false },
);
export type FaultUse = Static<typeof FaultUseSchema>;

/** What a fault hits. */
export type FaultTarget = Pick<FaultUse, 'link' | 'service'>;

/** One kind of fault: data from options, no I/O. The map of them is chaos/index.ts. */
export interface Fault<S extends TSchema = TSchema> {
  /** What it does, for `npm run list`. */
  summary: string;
  options: S;
  /** What it is used on. One on the load injects nothing, it shapes the tape; the control hits nothing. */
  on: 'link' | 'service' | 'load' | 'nothing';
  /** Called with checked options, and with the target that `on` says. */
  script(options: Static<S>, target: FaultTarget): FaultScript;
}

export function defineFault<const S extends TSchema>(fault: Fault<S>): Fault<S> {
  return fault;
}

export function needLink({ link }: FaultTarget): Link {
  if (link === undefined) throw new Error('a fault on a link was planned without one');
  return link;
}

export function needService({ service }: FaultTarget): ServiceName {
  if (service === undefined) throw new Error('a fault on a service was planned without one');
  return service;
}

/** The link on whose client side a fault on the service is felt; null where nobody calls it. */
export function linkInto(service: ServiceName): Link | null {
  return LINKS.find((link) => linkEnds(link).to === service) ?? null;
}

/** How it is put, by whoever looks, that a service was killed and not restarted. */
export function isGone(service: ServiceName): string {
  return `${service} is gone`;
}

/** The same for a service that was stopped and does not go on. */
export function isStopped(service: ServiceName): string {
  return `${service} is stopped`;
}

/** The same for a service that answers some inferences with an error that it was asked for. */
export function answersErrors(service: ServiceName): string {
  return `${service} answers with errors`;
}

/** The same for a service that asks for another model version than it was configured with. */
export function asksForAnother(service: ServiceName): string {
  return `${service} asks for another model version`;
}

/** The same for a service whose accelerator lost some of its slots. */
export function lacksSlots(service: ServiceName): string {
  return `${service} lacks slots of its accelerator`;
}

/** The links and services that actions touch. */
export function targetsOf(actions: readonly FaultAction[]): string[] {
  return [...new Set(actions.map((action) => ('link' in action ? action.link : action.service)))];
}
