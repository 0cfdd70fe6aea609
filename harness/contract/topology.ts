import Type, { type Static } from 'typebox';
import { LINKS, type Link, SERVICES, type ServiceName, TO_TARGET } from './names.ts';

export const LinkSchema = Type.Unsafe<Link>(
  Type.Union([
    Type.Enum([...LINKS]),
    Type.Literal(TO_TARGET),
    Type.String({ pattern: '^target->[a-z0-9][a-z0-9-]*$' }),
  ]),
);
export const ServiceSchema = Type.Enum([...SERVICES]);

/** An accelerator that is simulated: so many runs at once, each of a fixed length whatever its rows. */
export const AcceleratorSchema = Type.Object(
  {
    /** Runs that go on at once. */
    slots: Type.Integer({ minimum: 1, maximum: 64, default: 2 }),
    /** Milliseconds that a run holds its slot, by a timer: they cost no processor. */
    slotMs: Type.Number({ minimum: 1, maximum: 10_000, default: 5 }),
    /** Milliseconds of a slot's first run, after its model was loaded and after it was lost. */
    coldStartMs: Type.Number({ minimum: 1, maximum: 60_000, default: 250 }),
  },
  { additionalProperties: false },
);
export type AcceleratorOptions = Static<typeof AcceleratorSchema>;

/** One configuration of the reference system. Addresses are not part of it: they are allotted by the run. */
export const VariantSchema = Type.Object(
  {
    services: Type.Object(
      {
        gateway: Type.Object(
          {
            /** Connections from the gateway to the model server, at most. */
            upstreamConnections: Type.Integer({ minimum: 1, maximum: 4096, default: 256 }),
          },
          { additionalProperties: false },
        ),
        'model-server': Type.Object(
          {
            /** Worker threads with a session each. */
            threads: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
            /**
             * Where the models are computed: `cpu` (the default) or `cuda`, execution providers of ONNX Runtime, or
             * `virtual-accelerator`, a simulation: on the processor, and timed like an accelerator.
             */
            provider: Type.Optional(Type.String()),
            /** Of the virtual accelerator, where it is not as by default. */
            accelerator: Type.Optional(Type.Partial(AcceleratorSchema)),
          },
          { additionalProperties: false },
        ),
      },
      { additionalProperties: false },
    ),
    models: Type.Object(
      {
        /** Version that the model server answers with. */
        primary: Type.String(),
        /** Version that the model server has besides, for a swap under load. */
        next: Type.Optional(Type.String()),
        /** Version that the gateway itself computes when a pattern falls back. */
        fallback: Type.String(),
      },
      { additionalProperties: false },
    ),
    /** Options per pattern that is switched on; each room's own schema checks its part. */
    patterns: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
);
export type Variant = Static<typeof VariantSchema>;

/** How the reference system hangs together; logical only, addresses come with the run. */
export interface Topology {
  /** Callees before their callers. */
  services: readonly ServiceSpec[];
  /** The service that clients talk to. */
  entry: ServiceName;
  /** Path of the inference on the entry service. */
  inferPath: string;
}

export interface ServiceSpec {
  name: ServiceName;
  /** Absolute path of the file that node runs, with `--config FILE`; null where the service is a program of others. */
  main: string | null;
  /** That program. */
  server?: ServerSpec;
  /** Whether a variant has the service; absent: every one has. */
  isIn?(variant: Variant): boolean;
  /** Services that this one calls. */
  calls: readonly ServiceName[];
  /**
   * The service's whole configuration; `addressOf` names a callee's address, or that of the proxy before it. With a
   * `faultPort` it can be asked there for errors, and for what else a fault needs of it. What it keeps goes into
   * `folder`, which is there from one start of it to the next.
   */
  config(
    variant: Variant,
    port: number,
    addressOf: (callee: ServiceName) => string,
    faultPort?: number,
    folder?: string,
  ): object;
}

/** A program of others' that is a service of the system: it has no health or metrics of ours, and no fault port. */
export interface ServerSpec {
  /** As it is looked for on PATH. */
  program: 'redis-server' | 'nats-server';
  /** Its arguments, for the configuration of its service and the file that this is in, as JSON. */
  args(config: object, file: string): string[];
  /** It is ready where it answers `ask` with `answer`. */
  ready: { ask: string; answer: string };
}

/** The services that a variant has, and the calls between them. */
export function topologyOf({ services, ...rest }: Topology, variant: Variant): Topology {
  const own = services.filter(({ isIn }) => isIn?.(variant) ?? true);
  const isThere = (name: ServiceName) => own.some((service) => service.name === name);
  return { ...rest, services: own.map((spec) => ({ ...spec, calls: spec.calls.filter(isThere) })) };
}

/** All links of a topology: from the client to the entry, and from every service to those that it calls. */
export function linksOf(topology: Topology): Link[] {
  const inner = topology.services.flatMap(({ name, calls }) =>
    calls.map((callee) => `${name}->${callee}` as Link),
  );
  return [`client->${topology.entry}` as Link, ...inner];
}

export function linkEnds(link: Link): { from: ServiceName | 'client'; to: ServiceName } {
  const [from, to] = link.split('->') as [ServiceName | 'client', ServiceName];
  return { from, to };
}
