import { parse } from 'csv-parse/sync';

/** One thing to ask: its fields, by their names. */
export type Payload = Record<string, unknown>;

export interface ReadPayloads {
  payloads: Payload[];
  /** A sentence each, with its line. */
  problems: string[];
}

/** So many problems are told; a file in another format has one in every line. */
const MOST_PROBLEMS = 5;

/** The payloads of a file by its name's end: CSV with a head, else a JSON object a line, or a comment after a #. */
export function readPayloads(text: string, file: string): ReadPayloads {
  const { payloads, problems } = file.endsWith('.csv') ? fromCsv(text) : fromLines(text);
  if (problems.length === 0 && payloads.length === 0) problems.push('it holds no payload');
  const more = problems.length - MOST_PROBLEMS;
  const told = problems.slice(0, MOST_PROBLEMS).map((problem) => `${file}: ${problem}`);
  return { payloads, problems: more > 0 ? [...told, `${file}: and ${more} more like these`] : told };
}

function fromLines(text: string): ReadPayloads {
  const read: ReadPayloads = { payloads: [], problems: [] };
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    try {
      const value: unknown = JSON.parse(line);
      if (isObject(value)) read.payloads.push(value);
      else read.problems.push(`line ${i + 1} is no JSON object, such as {"request": {…}, "expected": …}`);
    } catch (error) {
      read.problems.push(`line ${i + 1}: ${(error as Error).message}`);
    }
  });
  return read;
}

function fromCsv(text: string): ReadPayloads {
  try {
    const rows = parse(text, { columns: true, skip_empty_lines: true, bom: true }) as Record<
      string,
      string
    >[];
    return { payloads: rows.map((row) => mapValues(row, cellOf)), problems: [] };
  } catch (error) {
    return { payloads: [], problems: [(error as Error).message] };
  }
}

/** A cell that is JSON is what it says: a number, true, an array; any other is text. */
function cellOf(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

function mapValues<T, R>(record: Record<string, T>, of: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
