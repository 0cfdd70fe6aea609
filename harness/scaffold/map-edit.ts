// Reads and extends the text of a file with an explicit map, which has this form and no other:
//
//   import { latency } from './latency.ts';
//   export const faults = { latency, 'slow-close': slowClose } as const satisfies Record<string, Fault>;
//
// Comments may stand anywhere. What comes out is right and not yet pretty: formatting and sorting are biome's.

/** One member to be added to a map. */
export interface NewMember {
  /** As a key of an object literal. */
  key: string;
  identifier: string;
  /** The file that it is imported from, as written in the import. */
  from: string;
  /** Whether it is that file's default export. */
  isDefault: boolean;
  /** The member that it must come before; at the end where there is none, or no such one. */
  before?: string;
}

const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
const MEMBER = /^(?:'([^']+)'|(\w+))(?:\s*:\s*\w+)?$/;

/** The keys of the map, in order; null where the text has not the form. */
export function membersOf(text: string, map: string): string[] | null {
  const body = bodyOf(text, map);
  return body === null ? null : body.entries.map(({ name }) => name);
}

/** The text with the member imported and in the map; null where the text has not the form. */
export function withMember(text: string, map: string, member: NewMember): string | null {
  const body = bodyOf(text, map);
  const importsEnd = endOfImports(text);
  if (!body || importsEnd === null) return null;
  const { key, identifier, from, isDefault, before } = member;
  const entry = key === identifier ? identifier : `${key}: ${identifier}`;
  const next = body.entries.find(({ name }) => name === before);
  const added = next ? insert(text, next.at, `${entry}, `) : append(text, body, entry);
  const clause = isDefault ? identifier : `{ ${identifier} }`;
  return insert(added, importsEnd, `\nimport ${clause} from '${from}';`);
}

/** All words of a code that stand in neither comments nor strings: what a new identifier must not be. */
export function wordsOf(code: string): Set<string> {
  return new Set(code.replace(COMMENT_OR_STRING, ' ').match(/[A-Za-z_$][\w$]*/g));
}

interface Body {
  entries: { name: string; at: number }[];
  /** Right after the last entry, or its comma. */
  lastEnd: number;
  endsWithComma: boolean;
  /** Where the closing bracket stands. */
  end: number;
}

function bodyOf(text: string, map: string): Body | null {
  const form = new RegExp(`^export const ${map} = \\{([^{}]*)\\} as const satisfies Record<`, 'gm');
  const [found, ...others] = blanked(text).matchAll(form);
  if (!found || others.length > 0) return null;
  const start = found.index + found[0].indexOf('{') + 1;
  const inner = found[1]!;
  const parts = inner.split(',');
  const endsWithComma = parts.length > 1 && parts.at(-1)!.trim() === '';
  if (endsWithComma || inner.trim() === '') parts.pop();
  const entries: Body['entries'] = [];
  let at = start;
  for (const part of parts) {
    const [, quoted, plain] = MEMBER.exec(part.trim()) ?? [];
    const name = quoted ?? plain;
    if (name === undefined) return null;
    entries.push({ name, at: at + part.search(/\S/) });
    at += part.length + 1;
  }
  return { entries, lastEnd: start + inner.trimEnd().length, endsWithComma, end: start + inner.length };
}

/** On a line of its own, since a comment may end the last one. */
function append(text: string, { entries, lastEnd, endsWithComma, end }: Body, entry: string): string {
  const extended = insert(text, end, text[end - 1] === '\n' ? `  ${entry},\n` : `\n${entry},\n`);
  return entries.length > 0 && !endsWithComma ? insert(extended, lastEnd, ',') : extended;
}

function endOfImports(text: string): number | null {
  const last = [...blanked(text).matchAll(/^import [^;]*;/gm)].at(-1);
  return last ? last.index + last[0].length : null;
}

/** The same text with blanks for its comments, so that every place stays the same. */
function blanked(text: string): string {
  return text.replace(COMMENT_OR_STRING, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}
