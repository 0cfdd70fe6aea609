import fc from 'fast-check';
import { expect } from 'vitest';
import { forged, rowsOf } from '../sim/forge-samples.ts';
import { expectDamageIsSeen, expectWordsOrSound, resealIfPossible } from './expectations.ts';
import { type Effort, fuzz } from './fuzz.ts';
import { byteDamage, damagedBytes } from './mutate.ts';
import { type Original, outcomeOf, savedOriginals } from './saved-runs.ts';

/** What may stand where a field should. */
const fields = fc.oneof(
  fc.constantFrom(
    '',
    '-1',
    '1.5',
    '99999999',
    '1e300',
    '1e999',
    'NaN',
    'Infinity',
    '0x10',
    ' 7',
    'true',
    '\0',
    '-0',
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Changes of the rows of a samples file, its header being row 0. */
const ROWS = {
  drop: (rows, at) => rows.toSpliced(at, 1),
  repeat: (rows, at) => rows.toSpliced(at, 0, rows[at]!),
  move: (rows, at, other) => rows.toSpliced(at, 1).toSpliced(other, 0, rows[at]!),
  reverse: (rows, at) => [...rows.slice(0, at), ...rows.slice(at).reverse()],
  swapFields: (rows, at, other) =>
    changeFields(rows, at, (all) => {
      const [i, j] = [other % all.length, (other + 1) % all.length];
      return all.with(i, all[j]!).with(j, all[i]!);
    }),
  setField: (rows, at, other, field) => changeFields(rows, at, (all) => all.with(other % all.length, field)),
  addField: (rows, at, other, field) =>
    changeFields(rows, at, (all) => all.toSpliced(other % all.length, 0, field)),
  windows: (rows) => rows.map((row) => `${row}\r`),
  blank: (rows, at) => rows.toSpliced(at, 0, ''),
} as const satisfies Record<string, (rows: string[], at: number, other: number, field: string) => string[]>;

function changeFields(rows: string[], at: number, change: (all: string[]) => string[]): string[] {
  return rows.with(at, change(rows[at]!.split(',')).join(','));
}

const rowChanges = fc.array(
  fc.record({
    how: fc.constantFrom(...(Object.keys(ROWS) as (keyof typeof ROWS)[])),
    at: fc.nat(),
    other: fc.nat(),
    field: fields,
  }),
  { minLength: 1, maxLength: 3 },
);
type RowChange = typeof rowChanges extends fc.Arbitrary<(infer T)[]> ? T : never;

const input = fc.record({
  which: fc.nat(),
  rows: rowChanges,
  bytes: fc.option(byteDamage, { nil: undefined, freq: 3 }),
});
type Input = typeof input extends fc.Arbitrary<infer T> ? T : never;

function changedRows(content: readonly string[], changes: readonly RowChange[]): string[] {
  let rows = [...content];
  for (const { how, at, other, field } of changes) {
    if (rows.length > 0) rows = ROWS[how](rows, at % rows.length, other % rows.length, field);
  }
  return rows;
}

/** The rows of a file of samples, its header being row 0. */
async function linesOf(file: string, content: Buffer): Promise<string[]> {
  if (file.endsWith('.csv')) return content.toString().split('\n').slice(0, -1);
  return (await rowsOf(content)).map((row) => row.join(','));
}

function fileOf(file: string, lines: readonly string[]): Buffer {
  if (file.endsWith('.csv')) return Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return forged(lines.map((line) => line.split(',')));
}

/** The original, one of its files of samples, and what was made of that. */
async function damaged(originals: readonly Original[], { which, rows, bytes }: Input) {
  const original = originals[which % originals.length]!;
  const names = [...original.files.keys()].filter((name) => name.includes('/samples.'));
  const file = names[which % names.length]!;
  const before = await linesOf(file, original.files.get(file)!);
  const after = fileOf(file, changedRows(before, rows));
  return { original, before, file, after: bytes === undefined ? after : damagedBytes(after, bytes) };
}

/** Samples are damaged after the run: that is said, or it was no damage. */
export async function fuzzDamagedSamples(effort: Effort): Promise<void> {
  const originals = await savedOriginals();
  const holds = async (one: Input) => {
    const { original, file, after } = await damaged(originals, one);
    expectDamageIsSeen(original, await outcomeOf(original, new Map([[file, after]])));
  };
  await fuzz(input, holds, effort);
}

/** The same, sealed by somebody: no row counts twice, none too few is a pass, and their order is nothing. */
export async function fuzzForgedSamples(effort: Effort): Promise<void> {
  const originals = await savedOriginals();
  const holds = async (one: Input) => {
    const { original, file, before, after } = await damaged(originals, one);
    const reseal = () => resealIfPossible(original.path);
    const outcome = await outcomeOf(original, new Map([[file, after]]), reseal);
    await expectWordsOrSound(outcome);
    if (one.bytes === undefined && isOnlyReordered(before, await linesOf(file, after))) {
      expect(outcome).toMatchObject({ verdict: original.verdict });
    }
  };
  await fuzz(input, holds, effort);
}

function isOnlyReordered([header, ...rows]: string[], [otherHeader, ...others]: string[]): boolean {
  return header === otherHeader && rows.toSorted().join() === others.toSorted().join();
}
