import { type Cell, columns } from '#reports/console/layout.ts';
import { NOTHING } from '#reports/format.ts';
import { table } from '#reports/markdown/text.ts';

/** What a process took of the machine while it was asked. */
export interface Taken {
  cpuMsPerRequest: number;
  /** Resident, at the end. */
  megabytes: number;
}

/** One row of the table; what was not measured is null. */
export interface Measurement {
  /** As `--rows` knows it. */
  id: string;
  what: string;
  requestsPerSecond: number | null;
  rowsPerSecond: number | null;
  p50Ms: number | null;
  p99Ms: number | null;
  p999Ms: number | null;
  /** Of an answer's senders, by name. */
  taken: Readonly<Record<string, Taken>>;
  /** Answers that were held against the model's own. */
  checked: number | null;
  /** False where it is another model than the limit's. */
  isOfLimit: boolean;
  /** What else has to be said of it. */
  note?: string;
}

const HEAD = [
  'row',
  'requests/s',
  'rows/s',
  'of the limit',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'CPU ms a request',
  'memory MB',
  'checked',
  '',
] as const;

function cellsOf(one: Measurement, limit: number | null): string[] {
  const taken = Object.entries(one.taken);
  const each = (figure: (took: Taken) => string) =>
    taken.map(([name, took]) => (taken.length === 1 ? figure(took) : `${name} ${figure(took)}`)).join(', ');
  const { isOfLimit, rowsPerSecond } = one;
  const share =
    isOfLimit && limit !== null && rowsPerSecond !== null ? (rowsPerSecond / limit).toFixed(2) : NOTHING;
  return [
    one.what,
    whole(one.requestsPerSecond),
    whole(one.rowsPerSecond),
    share,
    ...[one.p50Ms, one.p99Ms, one.p999Ms].map((ms) => (ms === null ? NOTHING : ms.toFixed(ms < 10 ? 2 : 1))),
    each(({ cpuMsPerRequest }) => cpuMsPerRequest.toFixed(3)) || NOTHING,
    each(({ megabytes }) => String(Math.round(megabytes))) || NOTHING,
    whole(one.checked),
    one.note ?? '',
  ];
}

function whole(value: number | null): string {
  return value === null ? NOTHING : String(Math.round(value));
}

/** `limit`: rows a second that no server can pass; null where it was not measured. */
export function measurementLines(all: readonly Measurement[], limit: number | null): string[] {
  const cell = (text: string): Cell => ({ text });
  return columns([[...HEAD].map(cell), ...all.map((one) => cellsOf(one, limit).map(cell))], 0);
}

export function measurementMarkdown(all: readonly Measurement[], limit: number | null): string[] {
  const [, ...numeric] = HEAD.slice(0, -1);
  return table(
    HEAD,
    all.map((one) => cellsOf(one, limit)),
    numeric,
  );
}

/** Whether `--rows` asks for a row: by its whole name, or by the words that it begins with; nothing asks for all. */
export function isAsked(id: string, asked: readonly string[]): boolean {
  return asked.length === 0 || asked.some((name) => id === name || id.startsWith(`${name}-`));
}

/** A row without a figure yet. */
export function blank(id: string, what: string): Measurement {
  return {
    id,
    what,
    requestsPerSecond: null,
    rowsPerSecond: null,
    p50Ms: null,
    p99Ms: null,
    p999Ms: null,
    taken: {},
    checked: null,
    isOfLimit: true,
  };
}

export function unmeasured(id: string, what: string, why: string): Measurement {
  return { ...blank(id, what), note: `not measured: ${why}` };
}
