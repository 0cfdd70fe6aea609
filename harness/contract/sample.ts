// How one answered request travels from the k6 script to the harness. Imports nothing: scenarios/ takes this file.
//
// k6's CSV output has a row per metric and request. The script adds one value to one custom Trend; everything else
// rides in a metadata entry of that row. The Trend's name begins with a letter that no metric of k6 begins with, so
// the reader can skip the other rows by their first byte.

/** Name of the custom Trend; its value is the service time in milliseconds. */
export const SAMPLE_METRIC = 'sample';
/** Key of the metadata entry that carries the packed fields. */
export const SAMPLE_FIELD = 's';

export interface Sample {
  /** Index into the tape. */
  index: number;
  /** Milliseconds from the planned instant to the actual send. */
  latenessMs: number;
  /** Milliseconds spent getting a connection (k6's `blocked` + `connecting`). */
  connectMs: number;
  /**
   * Milliseconds from the first byte sent to the last byte received; without an answer, until it was given up; of a job,
   * until it was seen to have ended.
   */
  serviceMs: number;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** k6's error code (1050 timeout, 1212 refused, 1220 reset, 1000 + status …); 0 for none. */
  errorCode: number;
  /** `parameters.served_by` of the response; '' when it declared none. */
  servedBy: string;
  /** `parameters.fallback_reason` of the response, or the state in which a job was seen last; '' when there is none. */
  reason: string;
  /** `model_version` of the response; '' when there was no answer. */
  version: string;
  /** The probabilities equal the golden answer of the declared version within its tolerance. */
  faithful: boolean;
  /** The most probable class is the label. */
  right: boolean;
  /** Of a job that was accepted: the service time until it was, in milliseconds. */
  ackMs?: number;
  /** Of the same: how often it was done, as its client can tell. */
  effects?: number;
  /** Of the same: what its first answer was, as `FIRST` has the bits; absent where it had none. */
  first?: number;
}

/** Bits of a first answer, the one of a stage before the model's own. */
export const FIRST = { came: 1, faithful: 2, right: 4, sameClass: 8 } as const;
const MOST_FIRST = 15;

// k6 writes metadata into a column of its CSV, where a comma would have to be quoted.
const PACKED = '|';
/** Signs that part fields, lines or k6's metadata: a server may answer with any. */
const NOT_IN_A_WORD = /[^\x21-\x7e]|[,|"=&]/g;
const COLUMNS = [
  'index',
  'lateness_ms',
  'connect_ms',
  'service_ms',
  'status',
  'error_code',
  'served_by',
  'reason',
  'version',
  'faithful',
  'right',
  'ack_ms',
  'effects',
  'first',
];
/** A sample that is none of a job has so many fields. */
const WITHOUT_JOBS = COLUMNS.length - 3;

/** What fits the columns that samples are kept in: 16 bits of a code, 31 of microseconds. */
export const MOST_CODE = 65_535;
const MOST_MS = 2_147_483;
/** Effects beyond these are counted as so many. */
export const MOST_EFFECTS = 255;

/** The fields in one text. Of one piece: in k6, where each request comes by here, calls and lists are what is slow. */
function textOf(sample: Sample, s: string): string {
  const { index, latenessMs, connectMs, serviceMs, status, errorCode, faithful, right } = sample;
  const times = `${latenessMs}${s}${connectMs.toFixed(3)}${s}${serviceMs.toFixed(3)}`;
  const words = `${wordOf(sample.servedBy)}${s}${wordOf(sample.reason)}${s}${wordOf(sample.version)}`;
  const plain = `${index}${s}${times}${s}${status}${s}${errorCode}${s}${words}${s}${faithful ? 1 : 0}${s}${right ? 1 : 0}`;
  if (sample.ackMs === undefined) return plain;
  return `${plain}${s}${sample.ackMs.toFixed(3)}${s}${sample.effects ?? 0}${s}${sample.first ?? 0}`;
}

function wordOf(text: string): string {
  return text === '' ? text : String(text).replace(NOT_IN_A_WORD, '_');
}

function fromFields(fields: readonly string[]): Sample | undefined {
  if (fields.length !== COLUMNS.length && fields.length !== WITHOUT_JOBS) return undefined;
  const numbers = fields.slice(0, 6).map(Number);
  if (fields.slice(0, 6).includes('') || !numbers.every(Number.isFinite)) return undefined;
  const [index, latenessMs, connectMs, serviceMs, status, errorCode] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [servedBy, reason, version, faithful, right] = fields.slice(6, WITHOUT_JOBS) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const job = fields.length === WITHOUT_JOBS ? {} : jobFrom(fields.slice(WITHOUT_JOBS));
  if (!job) return undefined;
  if (!Number.isSafeInteger(index) || index < 0) return undefined;
  if (![status, errorCode].every((code) => Number.isInteger(code) && code >= 0 && code <= MOST_CODE))
    return undefined;
  if (![latenessMs, connectMs, serviceMs].every((ms) => Math.abs(ms) <= MOST_MS)) return undefined;
  if (![faithful, right].every((flag) => flag === '0' || flag === '1')) return undefined;
  return {
    index,
    latenessMs,
    connectMs,
    serviceMs,
    status,
    errorCode,
    servedBy,
    reason,
    version,
    faithful: faithful === '1',
    right: right === '1',
    ...job,
  };
}

function jobFrom(fields: readonly string[]): Pick<Sample, 'ackMs' | 'effects' | 'first'> | undefined {
  const [ackMs, effects, first] = fields.map(Number) as [number, number, number];
  if (fields.includes('') || !(ackMs > 0 && ackMs <= MOST_MS)) return undefined;
  if (!isWithin(effects, MOST_EFFECTS) || !isWithin(first, MOST_FIRST)) return undefined;
  return { ackMs, effects, ...(first === 0 ? {} : { first }) };
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/** The text in k6's metadata. */
export function packSample(sample: Sample): string {
  return textOf(sample, PACKED);
}

/** Undefined for what isn't a whole packed sample, as the last line of a killed generator may be. */
export function unpackSample(packed: string): Sample | undefined {
  return fromFields(packed.split(PACKED));
}

/** The first line of a samples file. */
export function sampleHeader(): string {
  return `${COLUMNS.join(',')}\n`;
}

/** A line of a samples file. */
export function sampleRow(sample: Sample): string {
  return `${textOf(sample, ',')}\n`;
}

/** The samples of a file; a last line that was cut off is left out, any other that is no sample is named by its number. */
export function readSamples(text: string): { samples: Sample[]; brokenLines: number[] } {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const samples: Sample[] = [];
  const brokenLines: number[] = [];
  // Between the header and the empty rest after the last line's end.
  for (let i = 1; i < lines.length - 1; i += 1) {
    const sample = fromFields(lines[i]!.split(','));
    if (sample) samples.push(sample);
    else brokenLines.push(i + 1);
  }
  return { samples, brokenLines };
}
