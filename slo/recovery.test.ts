import { describe, expect, test } from 'vitest';
import type { Sample } from '#contract/sample.ts';
import { trialView } from './fixture.ts';
import { judgeRecoveryOf } from './recovery.ts';
import { randomFrom } from './selftest/random.ts';

const inFault = (atMs: number) => atMs >= 10_000 && atMs < 20_000;
const lost = { status: 0, servedBy: '', serviceMs: 1_000 };

describe('recovery', () => {
  test('counts from the heal to the first of three healthy seconds, detection from the inject to the first bad answer', () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) || (atMs >= 20_000 && atMs < 22_000) ? lost : {}),
    });
    expect(judgeRecoveryOf(view, 3)).toEqual({ state: 'recovered', detectSeconds: 1, recoverSeconds: 2 });
  });

  test('is slow when it comes later than asked', () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) || (atMs >= 20_000 && atMs < 25_000) ? lost : {}),
    });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ state: 'slow', recoverSeconds: 5 });
  });

  test('is stuck when it never comes', () => {
    const view = trialView({ outcome: (atMs) => (atMs >= 10_000 ? lost : {}) });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ state: 'stuck', recoverSeconds: null });
  });

  test('two healthy seconds and a bad one are no recovery', () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) || (atMs >= 20_000 && Math.floor(atMs / 1000) % 3 === 2) ? lost : {}),
    });
    expect(judgeRecoveryOf(view, 3).state).toBe('stuck');
  });

  test('a fallback that answers right and in time is not the primary come back', () => {
    const view = trialView({
      outcome: (atMs) => (atMs >= 10_000 ? { servedBy: 'fallback', version: 'lin-1' } : {}),
    });
    expect(judgeRecoveryOf(view, 3).state).toBe('stuck');
  });

  test("an answer kept from the model is the model's, however many there are before and after", () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) ? lost : { servedBy: atMs < 10_000 ? 'primary' : 'cache' }),
    });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ state: 'recovered', recoverSeconds: 0 });
  });

  test('a second in which the generator sent late is no relapse, and one in which the system took long is', () => {
    const inThatSecond = (change: Partial<Sample>) => (atMs: number) =>
      atMs >= 21_000 && atMs < 22_000 ? change : {};
    const late = judgeRecoveryOf(trialView({ outcome: inThatSecond({ latenessMs: 60 }) }), 3);
    expect(late.recoverSeconds).toBe(0);
    const slow = judgeRecoveryOf(trialView({ outcome: inThatSecond({ serviceMs: 65 }) }), 3);
    expect(slow.recoverSeconds).toBe(2);
    const queued = judgeRecoveryOf(trialView({ outcome: inThatSecond({ connectMs: 60 }) }), 3);
    expect(queued.recoverSeconds).toBe(2);
  });

  test('a p95 within a tenth of the deadline is well, however small it was before', () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) ? lost : { serviceMs: atMs >= 20_000 ? 15 : 5 }),
    });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ state: 'recovered', recoverSeconds: 0 });
  });

  test('answers in time but twice as slow as before are not yet recovered', () => {
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) ? lost : { serviceMs: atMs >= 20_000 && atMs < 24_000 ? 50 : 5 }),
    });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ state: 'slow', recoverSeconds: 4 });
  });

  test.each([
    ['chance', 7, 0],
    ['more than chance', 10, 3],
  ])('a second that %s made worse', (_, wrongInIt, recoverSeconds) => {
    const wrongOf = (atMs: number) => (atMs >= 22_000 && atMs < 23_000 ? wrongInIt : 2);
    const view = trialView({
      outcome: (atMs) => (inFault(atMs) ? lost : { right: (atMs / 10) % 100 >= wrongOf(atMs) }),
    });
    expect(judgeRecoveryOf(view, 3)).toMatchObject({ recoverSeconds });
  });

  test('a model that is wrong by chance, before as after, is well again at once', () => {
    const random = randomFrom(1);
    const seconds = Array.from({ length: 300 }, () => {
      const view = trialView({
        outcome: (atMs) => (inFault(atMs) ? lost : { right: random.uniform() >= 0.025 }),
      });
      return judgeRecoveryOf(view, 3).recoverSeconds;
    });
    expect(seconds.filter((one) => one !== 0).length).toBeLessThanOrEqual(1);
  });
});
