import { describe, expect, test } from 'vitest';
import type { ExperimentVerdict } from '#contract/verdict.ts';
import { claimText } from '#reports/words.ts';
import { checks } from '#slo/checks/index.ts';
import { type Defect, defects } from './defects.ts';
import { judgeDefect, judgeTwin, saidOf, trippedIn } from './judge.ts';

const all: [string, Defect][] = Object.entries(defects);

describe('planted defects', () => {
  test.each(all)('%s: the verdict says so', async (_, defect) => {
    const verdict = await judgeDefect(defect);
    expect(saidOf(verdict)).toBe(defect.wanted);
    expect(verdict.exitCode === 0).toBe(defect.wanted === 'finding');
    expect(trippedIn(verdict.experiments[0]!)).toContain(defect.trips);
  });

  test.each(all)('%s: its unharmed twin passes', async (_, defect) => {
    const verdict = await judgeTwin(defect);
    const [{ claims }] = verdict.experiments as [ExperimentVerdict];
    expect(trippedIn(verdict.experiments[0]!)).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    for (const { advice } of claims) expect(advice).toBe(defect.twin.says ?? '');
  });

  test('that are a finding say so in the words of every report', async () => {
    const verdict = await judgeDefect(defects['an expected loss that does not come']);
    const [claim] = verdict.experiments[0]!.claims;
    expect(claim).toMatchObject({ advice: 'A finding: it was expected to lose and did not.', pairs: 6 });
    expect(claimText(claim!).judged).toMatch(/^a finding, 6 of 6 pairs agree$/);
  });

  test('trip every validity rule', () => {
    const tripped = new Set(all.map(([, { trips }]) => trips));
    expect(Object.keys(checks).filter((rule) => !tripped.has(rule))).toEqual([]);
  });
});
