import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { SAMPLE_COLUMNS, type SampleColumn } from '#harness/samples-parquet.ts';

/** A row of a samples file, each field as text. */
export type SampleRow = string[];

const NAMES = Object.keys(SAMPLE_COLUMNS) as SampleColumn[];

/** The rows of a trial's samples.parquet, the names of the columns first. */
export async function rowsOf(content: Buffer): Promise<SampleRow[]> {
  const rows = await parquetReadObjects({ file: new Uint8Array(content).buffer });
  return [[...NAMES], ...rows.map((row) => NAMES.map((name) => String(row[name])))];
}

/** A samples.parquet of such rows, as somebody would make it who writes evidence by hand: fields are made to fit. */
export function forged([head, ...rows]: readonly SampleRow[]): Buffer {
  const columnData = NAMES.map((name, column) => ({
    name: nameAt(head ?? [], column),
    type: SAMPLE_COLUMNS[name].type,
    nullable: false,
    data: rows.map((row) => fitting(SAMPLE_COLUMNS[name].type, row[column] ?? '')),
  }));
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

/** The writer finds a column by its name, so each has one of its own. */
function nameAt(head: SampleRow, column: number): string {
  const name = head[column] ?? '';
  return name === '' || head.indexOf(name) < column ? `column ${column}` : name;
}

function fitting(type: 'INT32' | 'STRING' | 'BOOLEAN', field: string): number | string | boolean {
  if (type === 'STRING') return field;
  return type === 'BOOLEAN' ? field === 'true' : Number(field) | 0;
}
