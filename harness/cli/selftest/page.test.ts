import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plain } from '#reports/markdown/text.ts';
import { laws } from '#slo/selftest/laws.ts';
import { casePlaces } from '#slo/selftest/play.ts';
import { falsePassChart } from './chart.ts';
import { boundText, findingsOf } from './findings.ts';
import { selftestPage } from './page.ts';

/** As if nothing had ever happened in any case. */
const findings = findingsOf(
  casePlaces.map((place) => ({
    ...place,
    runs: 100,
    hits: laws[place.law].cases[place.index]!.measures.map(() => 0),
  })),
);
const committed = readFileSync(new URL('../../../docs/selftest.md', import.meta.url), 'utf8');

/** A page without what was measured. */
function bare(page: string): string {
  return page
    .replaceAll(/\d+(\.\d+)? %( \([a-z ]+\))?|held|by chance|broken/g, '')
    .replace(/ \d+ of .*? bounds .*?\. /, '');
}

test('the committed page tells of the laws, situations and bounds that the code has', () => {
  expect(bare(committed)).toBe(bare(selftestPage(findings, 1)));
});

test('the page says which bounds held', () => {
  const page = selftestPage(findings, 7);
  expect(page).toContain('npm run selftest -- --seed 7');
  expect(page).toMatch(/\d+ of \d+ bounds held \(\d+ broken\)/);
  const asked = findings.find(({ measure }) => measure.bound !== null)!;
  expect(page).toContain(`| ${plain(boundText(asked.measure))} | broken |`);
});

test('the chart is drawn from the shares alone, the same each time', () => {
  const shares = findings.filter(({ law }) => law === 'rare').map((_, i) => i / 1_000);
  const svg = falsePassChart(shares);
  expect(svg).toMatch(/^<svg .*<\/svg>$/s);
  expect(svg).toContain('window of 300 s');
  expect(falsePassChart(shares)).toBe(svg);
});
