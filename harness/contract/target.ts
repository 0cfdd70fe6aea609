import Type, { type Static } from 'typebox';
import { type TargetLink, TO_TARGET } from './names.ts';

const closed = { additionalProperties: false } as const;

/** A header's value from an environment variable: its name is kept, its value nowhere. */
const FromEnvSchema = Type.Object(
  {
    /** Name of the variable. */
    fromEnv: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
    /** Put before its value. */
    prefix: Type.Optional(Type.String()),
  },
  closed,
);

export type FromEnv = Static<typeof FromEnvSchema>;

const ProtocolSchema = Type.Union([
  /** The Open Inference Protocol V2. */
  Type.Object(
    {
      name: Type.Literal('v2'),
      model: Type.String({ minLength: 1 }),
      /** Absent: whichever the server takes. */
      version: Type.Optional(Type.String({ minLength: 1 })),
      /** Send tensors by the binary extension; default: as JSON. */
      binary: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  /** JSON by POST, answered with JSON. */
  Type.Object({ name: Type.Literal('json'), path: Type.String({ pattern: '^/' }) }, closed),
]);

const LinkSchema = Type.Object(
  {
    /** Port of 127.0.0.1 that the target is configured to reach its dependency at. */
    listen: Type.Integer({ minimum: 1, maximum: 65_535 }),
    /** host:port of the dependency itself. */
    upstream: Type.String({ minLength: 3 }),
  },
  closed,
);

const own = {
  /** `http://host:port`, or https. */
  url: Type.String({ minLength: 1 }),
  protocol: ProtocolSchema,
  /** Path that a GET of must answer 2xx before a trial begins; default: the protocol's own, and none for JSON. */
  ready: Type.Optional(Type.String({ pattern: '^/' })),
  /** Sent with every request. */
  headers: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), FromEnvSchema]))),
  /**
   * Body of a request: any JSON in which the text `$name` stands for that field of a payload. Default: the field
   * `request` as it is, or for V2 the tensors in the field `inputs`.
   */
  request: Type.Optional(Type.Unknown()),
  /** Where the answer is, as a JSON pointer (RFC 6901); default: the first output's data for V2, else all of it. */
  answer: Type.Optional(Type.String({ pattern: '^(/.*)?$' })),
  /** The right answer, made as `request` is; default: the field `expected`. */
  expected: Type.Optional(Type.Unknown()),
  /** Most that a number of an answer may differ, absolute; default 0. */
  tolerance: Type.Optional(Type.Number({ minimum: 0 })),
  /** Dependencies of the target that are reached through a proxy, by name: `target->NAME` is the link. */
  links: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }), LinkSchema, closed)),
};

/** A target as an experiment's file has it. */
export const TargetFileSchema = Type.Object(
  {
    ...own,
    /** JSONL or CSV, relative to the experiment's file; a line is what is asked, and optionally what is right. */
    payloads: Type.String({ minLength: 1 }),
  },
  closed,
);
export type TargetFile = Static<typeof TargetFileSchema>;

/** A server that is somebody's own and already up, with what is asked of it. */
export const TargetSchema = Type.Object(
  {
    ...own,
    payloads: Type.Object(
      {
        /** As it would be typed in the folder of the command. */
        file: Type.String(),
        /** SHA-256 of the file, in hex. */
        digest: Type.String(),
        rows: Type.Integer({ minimum: 1 }),
        /** Whether every payload says what the right answer is. */
        checked: Type.Boolean(),
      },
      closed,
    ),
  },
  closed,
);
export type Target = Static<typeof TargetSchema>;

/** The value of a header that comes from an environment variable. */
export function fromEnv(variable: string, prefix?: string): FromEnv {
  return { fromEnv: variable, ...(prefix === undefined ? {} : { prefix }) };
}

/** What a report says of a target whose answers nobody can call right. */
export const UNCHECKED =
  'Answers were not checked: the payloads say none that is right, so an answer counts as correct when it is there.';

/** The way to a target, and those from it to its dependencies. */
export function linksOfTarget({ links = {} }: Pick<Target, 'links'>): TargetLink[] {
  return [TO_TARGET, ...Object.keys(links).map((name) => `target->${name}` as const)];
}
