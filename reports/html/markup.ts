/** Markup that is safe to put into a page. Made by `html` alone, which escapes every value that isn't markup itself. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | null | undefined | false | Markup | readonly Value[];

export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(parts.map((part, i) => part + (i < values.length ? render(values[i]) : '')).join(''));
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return escaped(String(value));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A table; columns named in `numeric` are aligned to the right. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  numeric: readonly string[] = [],
): Markup {
  const kind = (i: number) => (numeric.includes(head[i] ?? '') ? 'number' : 'words');
  return html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

export function badge(outcome: string): Markup {
  return html`<span class="badge ${outcome}">${outcome}</span>`;
}

/** An outcome inside a table: coloured and in words. */
export function mark(outcome: string): Markup {
  return html`<span class="mark ${outcome}">${outcome}</span>`;
}

/** Stays on one line. */
export function unbroken(text: string): Markup {
  return html`<span class="unbroken">${text}</span>`;
}
