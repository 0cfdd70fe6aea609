/** Text as it stands, wherever GitHub would read a sign as markup; on one line, since a table's row is one. */
export function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]~|]/g, (sign) => `\\${sign}`)
    .replace(/\s+/g, ' ')
    .trim();
}

/** A table of plain text; nothing where there are no rows. Columns named in `numeric` are aligned to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly string[] = [],
): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(plain)),
    line(head.map((name) => (numeric.includes(name) ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(plain))),
  ];
}
