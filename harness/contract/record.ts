import Type, { type Static } from 'typebox';
import { LinkSchema, ServiceSchema } from './topology.ts';

export const RECORD_VERSION = 1;

/** Milliseconds since 1970; so many that a date can still be made of it and a trial's length. */
const Epoch = Type.Number({ minimum: 0, maximum: 8e15 });
const Instant = Type.Refine(
  Type.String(),
  (value) => typeof value !== 'string' || Number.isFinite(Date.parse(value)),
  () => 'must be an instant such as 2026-11-21T08:00:00.000Z',
);
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What happened to one planned fault in one trial. Instants are null where it never came to that. */
export const FaultFactsSchema = Type.Object({
  name: Type.String(),
  injectRequestedAt: OrNull(Epoch),
  /** The first of its actions began, the request for it being kept; absent in records from before it was taken. */
  actedAt: Type.Optional(Epoch),
  /** Acknowledged and read back: the fault window begins. */
  injectedAt: OrNull(Epoch),
  /** Every fault that was in place when it was read back after the inject, in words. */
  inPlace: Type.Optional(Type.Array(Type.String())),
  /** The fault window ends. */
  healRequestedAt: OrNull(Epoch),
  healedAt: OrNull(Epoch),
  /** What was still there after the heal; empty when it is verified that nothing is. */
  residue: Type.Array(Type.String()),
  error: OrNull(Type.String()),
});
export type FaultFacts = Static<typeof FaultFactsSchema>;

/** What the load generator itself took of the processor while its tape was played. */
const GeneratorCpuSchema = Type.Object({
  /** Processor seconds, of all its threads together. */
  cpuSeconds: Type.Number(),
  /** Seconds of the play in which they were taken. */
  playSeconds: Type.Number(),
  /** Cores that it may run on; proxies and harness share them. */
  cores: Type.Integer(),
});
export type GeneratorCpu = Static<typeof GeneratorCpuSchema>;

const GeneratorFactsSchema = Type.Object({
  exitCode: OrNull(Type.Integer()),
  signal: OrNull(Type.String()),
  /** Absent where the system doesn't tell: Linux alone does. */
  cpu: Type.Optional(GeneratorCpuSchema),
});
export type GeneratorFacts = Static<typeof GeneratorFactsSchema>;

/** One reading of a service's /metrics: the sum over each `name{labels}` series that the contract names. */
export const ScrapeSchema = Type.Object({
  at: Epoch,
  service: ServiceSchema,
  /** Why it was taken: the regular beat, or an edge of the fault window. */
  moment: Type.Enum(['beat', 'before-inject', 'injected', 'before-heal', 'end']),
  values: Type.Record(Type.String(), Type.Number()),
});
export type Scrape = Static<typeof ScrapeSchema>;

export const TrialFactsSchema = Type.Object({
  id: Type.String(),
  variant: Type.String(),
  round: Type.Integer(),
  /** The instant that the tape's milliseconds count from; null when the load never started. */
  t0: OrNull(Epoch),
  /** completed; aborted with a reason; or not reached. */
  ended: Type.Enum(['completed', 'interrupted', 'aborted']),
  error: OrNull(Type.Object({ code: Type.String(), message: Type.String() })),
  faults: Type.Array(FaultFactsSchema),
  /** Goodput of correct answers in the 5 s before the first inject, as seen live; null where nothing was injected. */
  steadyGoodput: OrNull(Type.Number()),
  scrapes: Type.Array(ScrapeSchema),
  generator: OrNull(GeneratorFactsSchema),
  services: Type.Array(Type.Object({ service: Type.String(), address: Type.String(), pid: Type.Integer() })),
  links: Type.Array(Type.Object({ link: LinkSchema, listen: Type.String(), proxied: Type.Boolean() })),
  /** Difference between the wall clock and the monotonic clock over the trial, in milliseconds. */
  clockDriftMs: Type.Number(),
  /** Path of the samples as columns, relative to the run folder. */
  samplesFile: Type.String(),
});
export type TrialFacts = Static<typeof TrialFactsSchema>;

/** Where the samples of a trial that is under way are appended as rows, relative to the run folder. */
export function rowsFileOf({ samplesFile }: Pick<TrialFacts, 'samplesFile'>): string {
  return samplesFile.replace(/\.[^./]*$/, '.csv');
}

export const MachineSchema = Type.Object({
  platform: Type.String(),
  arch: Type.String(),
  cpuModel: Type.String(),
  cores: Type.Integer(),
  memoryBytes: Type.Number(),
  node: Type.String(),
  /** Scheduling priority of the load generator: below 0 before others, where the system allows it. */
  generatorNiceness: Type.Integer(),
  /** Core lists that services and load were pinned to; null where pinning is off or not to be had. */
  pinnedCores: OrNull(Type.Object({ services: Type.String(), load: Type.String() })),
  /** What the services are; absent: processes. */
  runtime: Type.Optional(Type.Enum(['containers', 'stack', 'target'])),
});
export type Machine = Static<typeof MachineSchema>;

export const CodeSchema = Type.Object({
  /** Digest of the files in sut/. */
  sut: Type.String(),
  /** Null where there is no git. */
  commit: OrNull(Type.String()),
  /** Whether something that decides how it is played, measured or judged differed from that commit. */
  changed: Type.Boolean(),
});
/** The state of the project's code. */
export type Code = Static<typeof CodeSchema>;

export const RunRecordSchema = Type.Object({
  schemaVersion: Type.Literal(RECORD_VERSION),
  runId: Type.String(),
  command: Type.String(),
  seed: Type.Integer(),
  startedAt: Instant,
  endedAt: Instant,
  ended: Type.Enum(['completed', 'interrupted', 'aborted']),
  /** What interrupted the run; absent where no signal did. */
  signal: Type.Optional(Type.Enum(['SIGINT', 'SIGTERM', 'SIGHUP'])),
  machine: MachineSchema,
  /** Digest of the machine's fingerprint; absent in records from before it was taken. */
  fingerprint: Type.Optional(Type.String()),
  /** What was played; absent in records from before it was taken. */
  code: Type.Optional(CodeSchema),
  /** What was typed behind `npm run <command> --`, as far as it decides what is played. */
  arguments: Type.Optional(Type.Array(Type.String())),
  /** When the run was gone on with; absent where it was played in one go. */
  resumed: Type.Optional(Type.Array(Instant)),
  tools: Type.Record(Type.String(), Type.Object({ version: Type.String(), source: Type.String() })),
  experiments: Type.Array(
    Type.Object({
      name: Type.String(),
      /** What of it was simulated, in words that belong beside its numbers; absent where nothing was. */
      simulation: Type.Optional(Type.String()),
      /** What is judged: one play of each trial. */
      trials: Type.Array(TrialFactsSchema),
      /** Plays that the machine disturbed (a late generator, a clock that jumped) and that were repeated. */
      disturbed: Type.Array(TrialFactsSchema),
    }),
  ),
});
/** The facts of a run, without judgement. Samples lie beside it, one file a trial. */
export type RunRecord = Static<typeof RunRecordSchema>;

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hex' });
export const SealSchema = Type.Object({
  /** Of the record without its seal, as JSON without spaces. */
  record: Digest,
  /** Of plan.json's bytes. */
  plan: Digest,
  /** Of the bytes of each trial's samples, by their path; a trial whose load never started has none. */
  samples: Type.Record(Type.String(), Digest),
});
/** What the evidence was when the record was written, so that damage to it is seen. No signature: anybody can make it. */
export type Seal = Static<typeof SealSchema>;

/** record.json: a record and its seal. */
export const SavedRecordSchema = Type.Object({ ...RunRecordSchema.properties, seal: SealSchema });
export type SavedRecord = Static<typeof SavedRecordSchema>;
