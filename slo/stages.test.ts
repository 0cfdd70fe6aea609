import { expect, test } from 'vitest';
import { FIRST, type Sample } from '#contract/sample.ts';
import { trialView } from './fixture.ts';
import { firstGoodputIn, flipRate } from './stages.ts';

const GOOD = FIRST.came + FIRST.faithful + FIRST.right + FIRST.sameClass;
const JOB: Partial<Sample> = { reason: 'done', ackMs: 10, effects: 1, serviceMs: 900, first: GOOD };
const jobs = (of: Partial<Sample>) =>
  trialView({ outcome: (at) => (at % 1000 < 250 ? { ...JOB, ...of } : JOB) });

test("a first answer is good when it is right, its version's own, and there at once", () => {
  expect(firstGoodputIn(jobs({}), 'fault')).toBe(1);
  const bad: Partial<Sample>[] = [
    { first: GOOD - FIRST.right },
    { first: GOOD - FIRST.faithful },
    { first: 0 },
    { ackMs: 51 },
    { latenessMs: 45 },
  ];
  for (const of of bad) expect(firstGoodputIn(jobs(of), 'fault')).toBe(0.75);
});

test('the only answer of a system of one stage is its first', () => {
  expect(firstGoodputIn(trialView({ outcome: () => ({ serviceMs: 40 }) }), 'fault')).toBe(1);
  expect(firstGoodputIn(trialView({ outcome: () => ({ serviceMs: 60 }) }), 'fault')).toBe(0);
});

test('the flip rate is over the jobs that had both answers', () => {
  expect(flipRate(jobs({ first: GOOD - FIRST.sameClass }))).toBe(0.25);
  expect(flipRate(jobs({ first: GOOD - FIRST.sameClass, reason: 'pending' }))).toBe(0);
  expect(flipRate(trialView())).toBeNull();
});
