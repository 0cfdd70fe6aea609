import { describe, expect, it } from 'vitest';
import type { Verdict } from '#contract/verdict.ts';
import type { ReportInput } from '../reporter.ts';
import { html } from '../reporters/html.ts';
import { json } from '../reporters/json.ts';
import { situations } from '../test-situations.ts';
import { numbersIn, textOf, unfounded } from './test-numbers.ts';

/** What lies beside the report: verdict.json as it is written, and record.json. */
function evidenceOf(input: ReportInput): { verdict: Verdict; record: ReportInput['record'] } {
  return { verdict: JSON.parse(json(input).files['verdict.json']!), record: input.record };
}

const report = (input: ReportInput) => html(input).files['report.html']!;

describe('the numbers of the html report', () => {
  it.each(Object.keys(situations))('are those of verdict.json and record.json for %s', (situation) => {
    const input = situations[situation]!();
    expect(unfounded(report(input), evidenceOf(input))).toEqual([]);
  });

  it('are looked at, in text and pictures, with their units', () => {
    const text = textOf(report(situations['a breaker that kept its objectives']!()));
    const shown = numbersIn(text).map(({ number, unit }) => `${number} ${unit}`.trim());
    for (const seen of ['97.5 %', '200 ms', '80', '1,429 %', '2 s', '43.2 s']) expect(shown).toContain(seen);
    expect(shown.length).toBeGreaterThan(150);
  });

  it('would be found out if they were of another run', () => {
    const input = situations['a comparison over six pairs']!();
    const [experiment] = input.verdict.experiments;
    const claims = experiment!.claims.map((claim) => ({ ...claim, effect: 0.7373, candidate: 41.7 }));
    const verdict = { ...input.verdict, experiments: [{ ...experiment!, claims }] };
    const found = unfounded(report({ ...input, verdict }), evidenceOf(input));
    expect(found.map(({ number, unit }) => `${number} ${unit}`)).toContain('0.737 ×');
    expect(found.map(({ number, unit }) => `${number} ${unit}`)).toContain('41.7 ms');
  });

  it('would be found out if the samples had others', () => {
    const input = situations['a breaker that kept its objectives']!();
    const [trial] = input.samples.values();
    trial!.serviceUs.fill(77_700);
    const found = unfounded(report(input), evidenceOf(situations['a breaker that kept its objectives']!()));
    expect(found.map(({ number, unit }) => `${number} ${unit}`)).toContain('77.7 ms');
  });
});
