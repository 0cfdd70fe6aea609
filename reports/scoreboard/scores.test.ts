import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ClaimResult } from '#contract/verdict.ts';
import { console } from '../reporters/console.ts';
import { html } from '../reporters/html.ts';
import { markdown } from '../reporters/markdown.ts';
import { situations } from '../test-situations.ts';
import { adviceFor } from './advice.ts';
import { scoresOf } from './scores.ts';

const MATRIX = 'a comparison under two faults';
const input = situations[MATRIX]!();
const judged = input.verdict.experiments[0]!;
const [score] = scoresOf(input.plan, input.verdict);

describe('a score', () => {
  it('is made of comparisons alone', () => {
    for (const [name, make] of Object.entries(situations)) {
      const other = make();
      expect(scoresOf(other.plan, other.verdict).length > 0, name).toBe(other.plan.command === 'compare');
    }
  });

  it('has wins before costs before expected losses, and a row for each fault', () => {
    expect(score!.claims.map(({ kind }) => kind)).toEqual(['win', 'win', 'cost', 'loss']);
    expect(score!.matrix.map(({ fault, seconds }) => [fault, seconds])).toEqual([
      ['latency', 4],
      ['kill', 3.5],
    ]);
  });

  it('counts valid trials only, and says the worst of their recoveries', () => {
    const [latency, kill] = score!.matrix;
    expect(latency!.cells).toMatchObject([
      { goodput: 0.975, recovery: { state: 'recovered' }, valid: 1 },
      { goodput: 0, valid: 1 },
    ]);
    expect(kill!.cells).toMatchObject([
      { goodput: 0.5, recovery: { state: 'stuck' }, valid: 1, trials: 1 },
      { goodput: null, recovery: null, valid: 0, trials: 1 },
    ]);
  });
});

describe('its advice', () => {
  const claims = (outcome: ClaimResult['outcome'], kind: ClaimResult['kind'] = 'win') =>
    judged.claims.map((claim) => ({ ...claim, outcome, kind }));
  it.each([
    ['undecided', judged, /^Undecided, answers-sooner is open: npm run compare -- breaker --extend-until/],
    ['passed', { ...judged, outcome: 'pass' as const, claims: claims('pass') }, /^Worth having for keeps-/],
    [
      'no better than its baseline',
      {
        ...judged,
        outcome: 'pass' as const,
        claims: claims('pass').map((claim) => ({
          ...claim,
          compare: 'value' as const,
          bound: { atLeast: 0.5 },
          baseline: 0.9,
          candidate: 0.9,
        })),
      },
      /^Harmless; keeps-.* hold without it too/,
    ],
    [
      'cheap',
      { ...judged, outcome: 'pass' as const, claims: claims('pass', 'cost') },
      /^Harmless; its 4 costs stay within/,
    ],
    ['failed', { ...judged, outcome: 'fail' as const, claims: claims('fail') }, /^Not as it is configured/],
    ['seen once', { ...judged, outcome: 'pass' as const, claims: claims('observed') }, /^One pair shows/],
    ['broken', { ...judged, outcome: 'invalid' as const }, /^It says nothing yet: mend/],
    [
      'silent',
      { ...judged, outcome: 'invalid' as const, claims: claims('invalid') },
      /^Nothing can be said of/,
    ],
  ])('is one sentence where it %s', (_, verdict, words) => {
    const advice = adviceFor('breaker', verdict);
    expect(advice).toMatch(words);
    expect(advice.match(/[.!?](\s|$)/g)).toHaveLength(1);
  });
});

describe('the scoreboard', () => {
  const text = stripVTControlCharacters(console(input).text!);
  const page = html(input).files['report.html']!;
  const report = markdown(input).files['report.md']!;

  it('has the capacity first, wherever it is shown', () => {
    for (const shown of [text, page, report]) {
      const board = shown.slice(shown.search(/scoreboard<?|Scoreboard/));
      expect(board.indexOf('667')).toBeGreaterThan(0);
      expect(board.indexOf('667')).toBeLessThan(board.indexOf('keeps-goodput'));
    }
  });

  it('stands at the top of the page, with a picture of each claim', () => {
    expect(page.indexOf('id="scoreboard"')).toBeLessThan(page.indexOf('id="breaker"'));
    const picture = html(input).files['claims-breaker.svg']!;
    expect(page).toContain(picture.trim());
    for (const { name } of score!.claims) expect(picture).toContain(name);
    expect(picture).not.toMatch(/zr\d|ecmeta/);
    expect(page).toContain('href="#breaker@kill"');
  });

  it('tells cells in short on the console, and what they show in the matrix', () => {
    expect(text).toMatch(/kill \(3\.5 s\) +1 +50\.0 %, stuck +invalid +4 inconclusive/);
    expect(text.match(/objective \(phase\)/g)).toHaveLength(1);
    expect(text).toContain('npm run compare -- breaker --fault kill');
    expect(text).not.toContain('-- breaker@kill');
  });

  it('is not there after any other run', () => {
    const other = situations['a breaker that kept its objectives']!();
    expect(console(other).text).not.toContain('scoreboard');
    expect(html(other).files['report.html']).not.toContain('Scoreboard');
    expect(Object.keys(html(other).files)).not.toContain('claims-breaker.svg');
  });
});
