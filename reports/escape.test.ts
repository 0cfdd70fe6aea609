import { describe, expect, it } from 'vitest';
import type { ReportInput } from './reporter.ts';
import { html } from './reporters/html.ts';
import { junit } from './reporters/junit.ts';
import { markdown } from './reporters/markdown.ts';
import { runsPage } from './runs-page.ts';
import { hostile, PAYLOAD } from './test-hostile.ts';
import { situations } from './test-situations.ts';

const TAG = /<\/?([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z0-9:-]+(?:="[^"<>]*")?)*)\s*\/?>/g;

/** Every element and attribute of a page; throws where a sign stands that begins neither. */
function markupOf(page: string): { tags: Set<string>; attributes: [string, string][] } {
  const style = /<style>[\s\S]*?<\/style>/;
  const body = page.replace(/^<!doctype html>/, '').replace(style, '');
  const tags = new Set<string>();
  const attributes: [string, string][] = [];
  const rest = body.replace(TAG, (_, tag: string, all: string) => {
    tags.add(tag);
    for (const [, name, value] of all.matchAll(/([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g))
      attributes.push([name!, value ?? '']);
    return '';
  });
  const bare = /.{0,60}[<>].{0,60}/.exec(rest);
  if (bare) throw new Error(`bare markup: ${bare[0]}`);
  return { tags, attributes };
}

const OURS =
  /^(html|head|meta|title|body|main|header|nav|section|div|h[1-3]|p|a|strong|span|dl|dt|dd|figure|table|caption|thead|tbody|tr|th|td|details|summary|pre|code|svg|g|path|rect|text|tspan|circle|polygon|polyline|line|defs|clipPath|clip)$/i;

function expectHarmless(page: string): void {
  const { tags, attributes } = markupOf(page);
  expect([...tags].filter((tag) => !OURS.test(tag))).toEqual([]);
  expect(attributes.filter(([name]) => /^on/i.test(name))).toEqual([]);
  const links = attributes.filter(([name]) => name === 'href' || name === 'src').map(([, value]) => value);
  // What is relative or within the page leads nowhere else.
  expect(links.filter((link) => !/^(\.\/|#|[^:/]+$|[^:/]+\/)/.test(link))).toEqual([]);
  expect(page).toContain('content="default-src &#39;none&#39;;');
}

const evils: Record<string, (text: string) => string> = {
  'markup behind every name': (text) => `${text}${PAYLOAD}`,
  'a script as every name': (text) => `<script>${text}</script>`,
  '__proto__ as every name': (text) => (/^[\w-]+$/.test(text) ? '__proto__' : text),
  'a link that acts as every name': (text) => `javascript:window.pwned=1//${text}`,
};
/** Between them they have everything that a report can have. */
const WIDE = [
  'a breaker that kept its objectives',
  'a comparison under two faults',
  'an overload that left a backlog',
  'an interrupted run without trials',
  'a system that is slower than another commit',
];
const cases = Object.keys(evils).flatMap((evil) => WIDE.map((of) => [evil, of] as const));
const made = (evil: string, situation: string): ReportInput =>
  hostile(situations[situation]!(), evils[evil]!);

describe('text from outside', () => {
  it('is planted wherever a run keeps some', () => {
    const input = JSON.stringify(made('markup behind every name', 'a breaker that kept its objectives'));
    expect(input.split('window.pwned').length).toBeGreaterThan(300);
  });

  it.each(cases)('does nothing in the html report: %s, %s', (evil, situation) => {
    const { files } = html(made(evil, situation));
    expectHarmless(files['report.html']!);
    for (const [name, text] of Object.entries(files)) if (name.endsWith('.svg')) markupOf(text);
  });

  it.each(cases)('does nothing in the page over all runs: %s, %s', (evil, situation) => {
    const { verdict } = made(evil, situation);
    const all = [
      { id: verdict.runId, verdict, hasReport: true },
      { id: PAYLOAD, verdict: null, hasReport: false },
    ];
    expectHarmless(runsPage(all, 1));
  });

  it.each(cases)('stays text in Markdown: %s, %s', (evil, situation) => {
    const text = markdown(made(evil, situation)).files['report.md']!;
    // Escaped brackets make no link, and escaped signs no element; the quote of an interrupted run is ours.
    expect(text.replace(/^> \*\*/gm, '')).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/(?<!\\)\]\(/);
  });

  it.each(cases)('stays text in JUnit: %s, %s', (evil, situation) => {
    const xml = junit(made(evil, situation)).files['junit.xml']!;
    const rest = xml
      .replace(/^<\?xml [^?]*\?>/, '')
      .replace(
        /<\/?(testsuites?|testcase|failure|error|properties|property|skipped|system-out)((?: [\w-]+="[^"<>]*")*)\s*\/?>/g,
        '',
      );
    expect(rest).not.toMatch(/[<>]/);
  });

  it('leaves the prototype of all objects as it was', () => {
    for (const situation of WIDE) html(made('__proto__ as every name', situation));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['width']).toBeUndefined();
  });
});
