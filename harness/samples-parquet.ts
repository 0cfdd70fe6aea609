import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { MOST_CODE, MOST_EFFECTS } from '#contract/sample.ts';
import {
  blankSamples,
  came,
  codeOf,
  isFaithful,
  isRight,
  misfitText,
  type Samples,
  setFlags,
} from '#contract/samples.ts';
import { rangeOf, type TrialView } from '#contract/trial-view.ts';

interface Column {
  type: 'INT32' | 'STRING' | 'BOOLEAN';
  /** What it holds, in one line. */
  summary: string;
}

/** The columns of a trial's samples.parquet, one row a sample, in the order of the tape; none is ever null. */
export const SAMPLE_COLUMNS = {
  index: { type: 'INT32', summary: "position of the request on the tape of the trial's round, from 0" },
  planned_ms: { type: 'INT32', summary: 'planned instant, milliseconds after t0' },
  phase: {
    type: 'STRING',
    summary: 'warm-up, steady, fault or recovery by the planned instant and the recorded edges of the phases',
  },
  key: { type: 'INT32', summary: 'key of the request pool' },
  lateness_us: { type: 'INT32', summary: 'microseconds from the planned instant to the send' },
  connect_us: { type: 'INT32', summary: 'microseconds spent getting a connection' },
  service_us: {
    type: 'INT32',
    summary:
      'microseconds from the first byte sent to the last one received; without an answer, until it was given up; of a job, until it was seen to have ended',
  },
  status: { type: 'INT32', summary: 'HTTP status; 0 when no answer came' },
  error_code: {
    type: 'INT32',
    summary: "k6's error code (1050 timeout, 1212 refused, 1220 reset, 1000 + status); 0 for none",
  },
  served_by: { type: 'STRING', summary: 'parameters.served_by of the response; empty when it declared none' },
  reason: {
    type: 'STRING',
    summary:
      'parameters.fallback_reason of the response, or the state in which a job was seen last; empty when there is none',
  },
  version: { type: 'STRING', summary: 'model_version of the response; empty when there was no answer' },
  faithful: {
    type: 'BOOLEAN',
    summary: 'the probabilities equal the golden answer of the declared version within its tolerance',
  },
  right: { type: 'BOOLEAN', summary: 'the most probable class is the label' },
  ack_us: {
    type: 'INT32',
    summary: 'microseconds until a job was accepted; 0 where it was not, and of what is no job',
  },
  effects: { type: 'INT32', summary: 'how often a job was done, as its client can tell' },
  first: {
    type: 'INT32',
    summary: 'first answer of a job, bits: 1 it came, 2 faithful, 4 right, 8 of the same class as the last',
  },
} as const satisfies Record<string, Column>;
export type SampleColumn = keyof typeof SAMPLE_COLUMNS;

/** Rows that are written and read at a time: all of them at once took gigabytes where these take megabytes. */
const ROW_GROUP = 100_000;

/** The samples of a trial as a Parquet file. */
export function samplesToParquet(view: TrialView): Uint8Array {
  const { experiment, facts } = view;
  const about = { experiment: experiment.name, trial: facts.id, variant: facts.variant, t0: facts.t0 };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columnsOf(view),
      rowGroupSize: ROW_GROUP,
      kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value: String(value) })),
      createdBy: 'gauntlet',
    }),
  );
}

function columnsOf(view: TrialView): ColumnSource[] {
  const { samples, tape } = view;
  const rows = new Int32Array(samples.count);
  let count = 0;
  for (let i = 0; i < samples.flags.length; i += 1) if (came(samples, i)) rows[count++] = i;
  const words = (codes: Uint16Array) => Array.from(rows, (i) => samples.words[codes[i]!]!);
  const phases = phasesOf(view);
  const data: Record<SampleColumn, ColumnSource['data']> = {
    index: rows,
    planned_ms: rows.map((i) => tape.atMs[i]!),
    phase: Array.from(rows, (i) => phases[i] ?? ''),
    key: rows.map((i) => tape.key[i]!),
    lateness_us: rows.map((i) => samples.latenessUs[i]!),
    connect_us: rows.map((i) => samples.connectUs[i]!),
    service_us: rows.map((i) => samples.serviceUs[i]!),
    status: rows.map((i) => samples.status[i]!),
    error_code: rows.map((i) => samples.errorCode[i]!),
    served_by: words(samples.servedBy),
    reason: words(samples.reason),
    version: words(samples.version),
    faithful: Array.from(rows, (i) => isFaithful(samples, i)),
    right: Array.from(rows, (i) => isRight(samples, i)),
    ack_us: rows.map((i) => samples.ackUs[i]!),
    effects: rows.map((i) => samples.effects[i]!),
    first: rows.map((i) => samples.first[i]!),
  };
  return Object.entries(SAMPLE_COLUMNS).map(([name, { type }]) => ({
    name,
    type,
    data: data[name as SampleColumn],
    nullable: false,
    // Times and ascending positions are a fifth as large as differences, and a third faster to write.
    ...(type === 'INT32' ? { encoding: 'DELTA_BINARY_PACKED' as const } : {}),
  }));
}

/** By position on the tape; undefined where the instant lies in no phase that took place. */
function phasesOf({ tape, spans }: TrialView): (string | undefined)[] {
  const phases: (string | undefined)[] = new Array(tape.atMs.length).fill(undefined);
  for (const [phase, span] of Object.entries(spans)) {
    const { from, to } = rangeOf(tape, span);
    phases.fill(phase, from, to);
  }
  return phases;
}

/** Columns that follow from the plan, and are there for other readers. */
const FROM_PLAN = ['planned_ms', 'phase', 'key'] as const satisfies SampleColumn[];
type Read = Exclude<SampleColumn, (typeof FROM_PLAN)[number]>;
/** The columns that samples are read from. */
const READ = (Object.keys(SAMPLE_COLUMNS) as SampleColumn[]).filter(
  (name): name is Read => !FROM_PLAN.some((one) => one === name),
);
type Rows = Record<Exclude<Read, 'ack_us' | 'effects' | 'first'>, ArrayLike<unknown>> &
  Partial<Record<'ack_us' | 'effects' | 'first', ArrayLike<unknown>>>;
/** Columns that came with the jobs: a file from before has none of them, and no job either. */
const OF_JOBS: readonly SampleColumn[] = ['ack_us', 'effects', 'first'];

export interface ReadSamples {
  samples: Samples;
  /** Ways in which they are not those of one play of the tape; one line each, and not many. */
  problems: string[];
}

const MOST_PROBLEMS = 21;

/** The samples of a Parquet file for a tape of so many requests; throws where it isn't such a file. */
export async function samplesFromParquet(content: Uint8Array, planned: number): Promise<ReadSamples> {
  const buffer = content.slice().buffer;
  const metadata = parquetMetadata(buffer);
  const read = checkSchema(metadata);
  const samples = blankSamples(planned);
  const problems: string[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    if (end - start > planned) throw new Error(`${end - start} rows, where the tape has ${planned}`);
    const rows = await readRows(buffer, metadata, read, start, end);
    for (let row = 0; row < end - start && problems.length < MOST_PROBLEMS; row += 1) {
      const problem = put(samples, rows, row);
      if (problem !== null) problems.push(problem);
    }
    start = end;
  }
  return { samples, problems };
}

/** The columns that are there to be read; throws where one is missing or of another type. */
function checkSchema({ schema }: FileMetaData): Read[] {
  const isThere = (name: Read) => schema.some((element) => element.name === name);
  const read = READ.filter((name) => !OF_JOBS.includes(name) || isThere(name));
  for (const name of read) {
    const { type } = SAMPLE_COLUMNS[name];
    const found = schema.find((element) => element.name === name);
    if (found?.type !== (type === 'STRING' ? 'BYTE_ARRAY' : type) || found.repetition_type !== 'REQUIRED')
      throw new Error(`it has no column ${name} of ${type} that is never null`);
  }
  return read;
}

async function readRows(
  buffer: ArrayBuffer,
  metadata: FileMetaData,
  read: readonly Read[],
  rowStart: number,
  rowEnd: number,
): Promise<Rows> {
  const parts = new Map<string, ArrayLike<unknown>[]>(read.map((name) => [name, []]));
  await parquetRead({
    file: buffer,
    metadata,
    columns: [...read],
    rowStart,
    rowEnd,
    onChunk: ({ columnName, columnData }) => parts.get(columnName)?.push(columnData),
  });
  return Object.fromEntries(
    [...parts].map(([name, chunks]) => {
      const all = chunks.length === 1 ? chunks[0]! : chunks.flatMap((chunk) => Array.from(chunk));
      if (all.length !== rowEnd - rowStart)
        throw new Error(`column ${name} has ${all.length} of ${rowEnd - rowStart} rows`);
      return [name, all];
    }),
  ) as Rows;
}

/** Puts a row where it belongs; a sentence where it belongs nowhere. */
function put(samples: Samples, rows: Rows, row: number): string | null {
  const i = rows.index[row] as number;
  const planned = samples.flags.length;
  if (i < 0) return `a sample of request ${i}`;
  if (i >= planned || came(samples, i)) return misfitText(i, planned);
  const [status, errorCode] = [rows.status[row] as number, rows.error_code[row] as number];
  if (![status, errorCode].every((code) => code >= 0 && code <= MOST_CODE))
    return `request ${i} has status ${status} and error code ${errorCode}`;
  const effects = (rows.effects?.[row] ?? 0) as number;
  const ackUs = (rows.ack_us?.[row] ?? 0) as number;
  const first = (rows.first?.[row] ?? 0) as number;
  if (first < 0 || first > 15) return `request ${i} had a first answer of bits ${first}`;
  if (effects < 0 || effects > MOST_EFFECTS || ackUs < 0)
    return `request ${i} was accepted after ${ackUs} µs and done ${effects} times`;
  setFlags(samples, i, rows.faithful[row] as boolean, rows.right[row] as boolean);
  samples.latenessUs[i] = rows.lateness_us[row] as number;
  samples.connectUs[i] = rows.connect_us[row] as number;
  samples.serviceUs[i] = rows.service_us[row] as number;
  samples.status[i] = status;
  samples.errorCode[i] = errorCode;
  samples.servedBy[i] = codeOf(samples, rows.served_by[row] as string);
  samples.reason[i] = codeOf(samples, rows.reason[row] as string);
  samples.version[i] = codeOf(samples, rows.version[row] as string);
  samples.ackUs[i] = ackUs;
  samples.effects[i] = effects;
  samples.first[i] = first;
  return null;
}
