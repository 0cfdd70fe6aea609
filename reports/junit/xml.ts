/** An element of XML; children that are strings are text. */
export interface Element {
  name: string;
  attributes: Record<string, string | number>;
  children: readonly (Element | string)[];
}

export function element(
  name: string,
  attributes: Element['attributes'],
  children: Element['children'] = [],
): Element {
  return { name, attributes, children };
}

/** A whole document, two spaces a level; text stays on its element's line, so that nothing is added to it. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${rendered(root, '')}\n`;
}

function rendered({ name, attributes, children }: Element, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const open = `${indent}<${name}${pairs.join('')}`;
  if (children.length === 0) return `${open}/>`;
  const isText = children.every((child) => typeof child === 'string');
  if (isText) return `${open}>${children.map(escaped).join('')}</${name}>`;
  const lines = children.map((child) =>
    typeof child === 'string' ? `${indent}  ${escaped(child)}` : rendered(child, `${indent}  `),
  );
  return [`${open}>`, ...lines, `${indent}</${name}>`].join('\n');
}

/** Characters that no XML 1.0 document may hold, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
