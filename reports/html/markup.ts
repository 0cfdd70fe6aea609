import { NARROW, WIDTH } from '../charts/frame.ts';

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

/** A table; columns named in `numeric` are aligned to the right. `cards`: on a telephone each row is a card. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  numeric: readonly string[] = [],
  shape: 'grid' | 'cards' = 'grid',
): Markup {
  const kind = (i: number) => (numeric.includes(head[i] ?? '') ? 'number' : 'words');
  const cell = (content: string | Markup, i: number) =>
    shape === 'cards' && content !== ''
      ? html`<td class="${kind(i)}" data-head="${head[i] ?? ''}"><div>${content}</div></td>`
      : html`<td class="${kind(i)}">${content}</td>`;
  // Whoever has no mouse scrolls what has the focus.
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table class="${shape}">
<caption>${caption}</caption>
<thead><tr>${head.map((name, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}

/**
 * A picture in two widths, of which the reader's screen shows one: letters that shrink to a telephone's width can't be
 * read. It takes part in the page's colours.
 */
export function drawing(label: string, draw: (width: number) => string): Markup {
  return html`${WIDTHS.map(
    ([name, width]) =>
      html`<figure class="${name}" role="img" aria-label="${label}">${new Markup(draw(width))}</figure>`,
  )}`;
}

const WIDTHS = [
  ['wide', WIDTH],
  ['narrow', NARROW],
] as const;

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
