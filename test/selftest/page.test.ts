import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '#contract/fingerprint.ts';
import type { Calibration } from '#contract/pin.ts';
import { buildProgram } from '#harness/cli/main.ts';
import { plain } from '#reports/markdown/text.ts';
import { laws } from '#slo/selftest/laws.ts';
import { casePlaces } from '#slo/selftest/play.ts';
import { defectsSection } from '../defects/section.ts';
import { machine } from '../sim/effects.ts';
import { falsePassChart } from './chart.ts';
import { boundText, findingsOf } from './findings.ts';
import { type Proofs, selftestPage, withDefects } from './page.ts';
import { selftest } from './verb.ts';

/** As if nothing had ever happened in any case. */
const findings = findingsOf(
  casePlaces.map((place) => ({
    ...place,
    runs: 100,
    hits: laws[place.law].cases[place.index]!.measures.map(() => 0),
  })),
);
const proofs: Proofs = {
  findings,
  seed: 1,
  stall: '## A server that stops for two seconds\n\nAs it was.\n',
  defects: '## Planted defects\n\nAll told.',
  machine: fingerprintOf(machine),
  calibrations: [],
};
const committed = readFileSync(new URL('../../docs/selftest.md', import.meta.url), 'utf8');

/** A page without what was measured. */
function bare(page: string): string {
  return page
    .replaceAll(/\d+(\.\d+)? %( \([a-z ]+\))?|held|by chance|broken/g, '')
    .replace(/ \d+ of .*? bounds [^;]*;/, '');
}

/** Title and text of each section, in order. */
function sectionsOf(page: string): [string, string][] {
  const [, ...sections] = page.split(/^## /m);
  return sections.map((section) => [section.slice(0, section.indexOf('\n')), section]);
}

const titles = sectionsOf(selftestPage(proofs)).map(([title]) => title);
const isLaw = ([title]: [string, string]) => Object.values(laws).some((law) => law.title === title);

describe('the committed page', () => {
  test('has a section for each proof', () => {
    expect(sectionsOf(committed).map(([title]) => title)).toEqual(titles);
  });

  test('tells of the laws, situations and bounds that the code has', () => {
    const lawsOf = (page: string) => bare(JSON.stringify(sectionsOf(page).filter(isLaw)));
    expect(lawsOf(committed)).toBe(lawsOf(selftestPage(proofs)));
    expect(titles).toHaveLength(Object.keys(laws).length + 3);
  });

  test('has the planted defects as they are told now', async () => {
    expect(withDefects(committed, (await defectsSection()).markdown)).toBe(committed);
  });

  test('tells of a stall that was played and proves something', () => {
    const [, stall] = sectionsOf(committed)[0]!;
    expect(stall).toMatch(/Gauntlet's p99 is off by [+−]\d+\.\d % and its count by/);
    expect(stall).not.toContain('proves nothing');
  });
});

describe('the page', () => {
  test('says which bounds held', () => {
    const page = selftestPage({ ...proofs, seed: 7 });
    expect(page).toContain('npm run selftest -- --seed 7');
    expect(page).toMatch(/\d+ of \d+ bounds held \(\d+ broken\)/);
    const asked = findings.find(({ measure }) => measure.bound !== null)!;
    expect(page).toContain(`| ${plain(boundText(asked.measure))} | broken |`);
  });

  test('says what the machine can show, and how to find out where nobody asked', () => {
    expect(selftestPage(proofs)).toContain('npm run calibrate -- steady-1000');
    const known = { deviation: 0.02, pairs: 6, runId: 'aa', measuredAt: '' };
    const calibration: Calibration = {
      schemaVersion: 1,
      experiment: 'steady-1000',
      fingerprint: proofs.machine,
      ratePerSecond: 1_000,
      metrics: { 'steady-p50-response-ms': known, 'steady-p99-response-ms': { ...known, deviation: 0.2 } },
    };
    const page = selftestPage({ ...proofs, calibrations: [calibration] });
    expect(page).toContain('| steady-1000 | 1,000/s | steady p50 response time | 6 | 2.0 % | 3.4 % | 3 |');
    expect(page).toMatch(/\|\s+\|\s+\| steady p99 response time \| 6 \| 22\.1 % \| 39\.2 % \| 4\d \|/);
    expect(page).toContain(`on ${proofs.machine.digest}`);
  });

  test('gets its planted defects anew, or at all, and keeps the rest', () => {
    const page = selftestPage(proofs);
    expect(withDefects(page, proofs.defects)).toBe(page);
    const anew = withDefects(page, '## Planted defects\n\nOne more.');
    expect(anew).toBe(page.replace('All told.', 'One more.'));
    expect(withDefects('# A page\n', proofs.defects)).toBe(`# A page\n\n${proofs.defects}\n`);
  });
});

test('the chart is drawn from the shares alone, the same each time', () => {
  const shares = findings.filter(({ law }) => law === 'rare').map((_, i) => i / 1_000);
  const svg = falsePassChart(shares);
  expect(svg).toMatch(/^<svg .*<\/svg>$/s);
  expect(svg).toContain('window of 300 s');
  expect(falsePassChart(shares)).toBe(svg);
});

test('the command is an npm script, and explains itself', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts['selftest']).toBe(
    'node --no-concurrent-recompilation --no-concurrent-sparkplug test/selftest/main.ts',
  );
  const [command] = buildProgram(() => {}, { selftest }).commands;
  expect(command!.helpInformation()).toContain('--quick');
});
