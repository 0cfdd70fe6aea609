/** Text with what makes it coloured; widths are counted without the colours. */
export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

/** The widest line that is printed, but for paths, which can't be broken. */
export const LINE_WIDTH = 110;
const GAP = 2;

/** Rows in columns; each line starts with `indent` spaces. */
export function columns(rows: readonly (readonly Cell[])[], indent: number): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) => {
    const cells = row.map((cell, i) => painted(cell) + ' '.repeat((widths[i] ?? 0) - cell.text.length + GAP));
    return (' '.repeat(indent) + cells.join('')).trimEnd();
  });
}

/** The first column beside as many others as fit; the rest follows in further tables of the same rows. */
export function columnsThatFit(rows: readonly (readonly Cell[])[], indent: number): string[] {
  const widths = widthsOf(rows);
  const blocks: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (let i = 1; i < widths.length; i += 1) {
    const width = widths[i]! + GAP;
    if (used + width > LINE_WIDTH) {
      blocks.push([]);
      used = indent + widths[0]! + GAP;
    }
    blocks.at(-1)!.push(i);
    used += width;
  }
  return blocks.flatMap((block, i) => [
    ...(i > 0 ? [''] : []),
    ...columns(
      rows.map((row) => [0, ...block].map((column) => row[column] ?? { text: '' })),
      indent,
    ),
  ]);
}

/** Words in lines of at most the line's width; further lines are indented by `indent`, the first by `first`. */
export function wrapped(text: string, indent: number, first = indent): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(first);
  let empty = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!empty && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}

function widthsOf(rows: readonly (readonly Cell[])[]): number[] {
  const most = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: most }, (_, i) => Math.max(0, ...rows.map((row) => row[i]?.text.length ?? 0)));
}

function painted({ text, paint }: Cell): string {
  return paint ? paint(text) : text;
}
