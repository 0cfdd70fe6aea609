import { threeDigits } from '../format.ts';

/** A number as a reader sees it. */
export interface Shown {
  number: string;
  unit: string;
  /** What stands around it. */
  where: string;
}

/** Words with numbers in them that say what a thing is, and not what was measured. */
const CONSTANT = [
  /\b95 % interval/g,
  /100 % is all of it/g,
  /\b99 % at most/g,
  /answered 200 within/g,
  /answered 200\b/g,
  /\(no 200\)|\(429\)/g,
  /to three digits/g,
];

/** The text of a page or picture; the scales of pictures are left out, being no measurement. */
export function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<text[^>]*>([\s\S]*?)<\/text>/g, (_, text: string) => (isTick(text) ? '' : ` ${text} | `))
    .replace(/<[^>]+>/g, ' | ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** A number and a unit, alone, as they stand at an axis. */
function isTick(text: string): boolean {
  return /^[+-]?[\d.,]+ ?(s|ms|%|×|points|calls|requests)?$/.test(text.trim());
}

const NUMBER =
  /(?<![\w.,:@/-])([+±-]?\d[\d,]*(?:\.\d+)?)(?![\w:@/]|-[\w]|\.\d)(?: ?(%|ms|s|GiB|×|points)(?![\w]))?/g;

export function numbersIn(text: string): Shown[] {
  const plain = CONSTANT.reduce((left, constant) => left.replace(constant, ' '), text);
  return [...plain.matchAll(NUMBER)].map((match) => ({
    number: match[1]!.replace(/^[+±]/, ''),
    unit: match[2] ?? '',
    where: plain.slice(Math.max(0, match.index - 60), match.index + 40),
  }));
}

/** What is shown and is in no evidence, neither as a number to the digits shown, nor in a text, nor as a count of entries. */
export function unfounded(page: string, evidence: unknown): Shown[] {
  const { numbers, texts, counts } = gather(evidence);
  const told = new Set(texts.flatMap((text) => numbersIn(text).map(({ number }) => number)));
  const all = [...numbers];
  return numbersIn(textOf(page)).filter(({ number, unit }) => {
    // A commit is named by its beginning.
    if (told.has(number) || (/^\d{7,}$/.test(number) && texts.some((text) => text.startsWith(number))))
      return false;
    const value = Number(number.replaceAll(',', ''));
    if (unit === '' && counts.has(value)) return false;
    return !all.some((n) => inUnits(n, unit).some((one) => reads(one, number)));
  });
}

/** A number of the evidence on the scales that a unit may be meant on. */
function inUnits(n: number, unit: string): number[] {
  switch (unit) {
    case '%':
    case 'points':
      return [n * 100];
    case 's':
      return [n, n / 1000];
    case 'GiB':
      return [n / 2 ** 30];
    case '×':
    case 'ms':
      return [n];
    default:
      // An interval names its unit once, behind its second end.
      return [n, n * 100];
  }
}

function reads(value: number, shown: string): boolean {
  const plain = shown.replaceAll(',', '');
  const decimals = plain.split('.')[1]?.length ?? 0;
  return (
    value.toFixed(decimals) === plain || threeDigits(value) === shown || (-value).toFixed(decimals) === plain
  );
}

/** Every number, every text and how many entries lists have, whole and by what their entries say. */
function gather(evidence: unknown): { numbers: Set<number>; texts: string[]; counts: Set<number> } {
  const found = { numbers: new Set<number>(), texts: [] as string[], counts: new Set<number>() };
  const visit = (value: unknown): void => {
    if (typeof value === 'number') found.numbers.add(value);
    if (typeof value === 'string') found.texts.push(value);
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) for (const count of countsOf(value)) found.counts.add(count);
    else found.counts.add(Object.keys(value).length);
    for (const [key, one] of Object.entries(value)) {
      if (!Array.isArray(value)) found.texts.push(key);
      visit(one);
    }
  };
  visit(evidence);
  return found;
}

function countsOf(list: readonly unknown[]): number[] {
  const said = list.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const plain = Object.entries(entry).filter(([, value]) => ['string', 'boolean'].includes(typeof value));
    const one = plain.map(([key, value]) => `${key}=${value}`);
    return [...one, ...one.flatMap((a) => one.map((b) => `${a}&${b}`))];
  });
  const groups = Map.groupBy(said, (text) => text);
  return [list.length, ...[...groups.values()].map((group) => group.length)];
}
