import { describe, expect, test } from 'vitest';
import { CANDIDATE } from '#contract/names.ts';
import type { ExperimentVerdict, Verdict } from '#contract/verdict.ts';
import { checks } from '#slo/checks/index.ts';
import { evaluate } from '#slo/evaluate.ts';
import { simulateRun } from '../sim/simulated-run.ts';
import { type Defect, defects } from './defects.ts';

const all: [string, Defect][] = Object.entries(defects);

async function judge(defect: Defect, harmed: boolean): Promise<Verdict> {
  const { twin } = defect;
  const system = (harmed ? defect.system : undefined) ?? twin.system;
  const { plan, facts } = await simulateRun(system, {
    experiment: (harmed ? defect.experiment : undefined) ?? twin.experiment,
    request: { ...twin.request, ...(harmed ? defect.request : {}) },
  });
  const [played] = facts.record.experiments;
  if (harmed) defect.spoil?.({ trials: played!.trials, samples: facts.samples });
  return evaluate(plan, facts.record, facts.samples);
}

/** What said so: broken rules of the candidate, its objectives and claims that did not pass. */
function tripped({ validity, objectives, claims }: ExperimentVerdict): string[] {
  return [
    ...validity.filter(({ variant, held }) => variant === CANDIDATE && !held).map(({ rule }) => rule),
    ...objectives
      .filter(({ variant, outcome }) => variant === CANDIDATE && outcome !== 'pass')
      .map(({ name }) => name),
    ...claims.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name),
  ];
}

describe('planted defects', () => {
  test.each(all)('%s: the verdict says so, and never pass', async (_, defect) => {
    const verdict = await judge(defect, true);
    expect(verdict.outcome).toBe(defect.wanted);
    expect(verdict.exitCode).not.toBe(0);
    expect(tripped(verdict.experiments[0]!)).toContain(defect.trips);
  });

  test.each(all)('%s: its unharmed twin passes', async (_, defect) => {
    const verdict = await judge(defect, false);
    expect(tripped(verdict.experiments[0]!)).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  test('trip every validity rule', () => {
    const tripped = new Set(all.map(([, { trips }]) => trips));
    expect(Object.keys(checks).filter((rule) => !tripped.has(rule))).toEqual([]);
  });
});
