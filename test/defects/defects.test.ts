import { describe, expect, test } from 'vitest';
import { checks } from '#slo/checks/index.ts';
import { type Defect, defects } from './defects.ts';
import { judgeDefect, judgeTwin, trippedIn } from './judge.ts';

const all: [string, Defect][] = Object.entries(defects);

describe('planted defects', () => {
  test.each(all)('%s: the verdict says so, and never pass', async (_, defect) => {
    const verdict = await judgeDefect(defect);
    expect(verdict.outcome).toBe(defect.wanted);
    expect(verdict.exitCode).not.toBe(0);
    expect(trippedIn(verdict.experiments[0]!)).toContain(defect.trips);
  });

  test.each(all)('%s: its unharmed twin passes', async (_, defect) => {
    const verdict = await judgeTwin(defect);
    expect(trippedIn(verdict.experiments[0]!)).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  test('trip every validity rule', () => {
    const tripped = new Set(all.map(([, { trips }]) => trips));
    expect(Object.keys(checks).filter((rule) => !tripped.has(rule))).toEqual([]);
  });
});
