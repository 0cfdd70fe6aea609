import { expect, test } from 'vitest';
import type { Tape } from '#contract/plan.ts';
import { samplesFrom } from '#contract/samples.ts';
import { heldOf, isHeld, whyNot } from './open-loop.ts';

const answered = {
  connectMs: 0,
  status: 200,
  errorCode: 0,
  servedBy: '',
  reason: '',
  version: '',
  faithful: true,
  right: true,
};

/** A second of warm-up that is slow, and one that is looked at. */
const tape: Tape = {
  atMs: [0, 500, ...Array.from({ length: 1_000 }, (_, i) => 1_000 + i)],
  key: Array.from({ length: 1_002 }, () => 0),
  phases: [
    { phase: 'warm-up', fromMs: 0, toMs: 1_000 },
    { phase: 'steady', fromMs: 1_000, toMs: 2_000 },
  ],
};
const samples = (change: (index: number) => object = () => ({})) =>
  samplesFrom(
    tape.atMs.length,
    tape.atMs.map((_, index) => ({
      ...answered,
      index,
      latenessMs: 1,
      serviceMs: index < 2 ? 900 : 10,
      ...change(index),
    })),
  );

test('a rate is held where its own span was answered soon, right and as planned', () => {
  const [span] = heldOf(tape, samples());
  expect(span).toMatchObject({
    ratePerSecond: 1_000,
    planned: 1_000,
    p50Ms: 11,
    p99Ms: 11,
    latenessP99Ms: 1,
  });
  expect(span!.errors).toBe(0);
  expect(isHeld(span!)).toBe(true);
  expect(whyNot(span!)).toBe('');
});

test.each([
  ['answers that take too long', { serviceMs: 80 }, 11, 'p99 81.0 ms'],
  ['a wrong answer in a thousand', { faithful: false }, 1, '0.10 % without a right answer'],
  ['requests that were sent late', { latenessMs: 30, serviceMs: 1 }, 11, 'invalid: sent 30.0 ms late'],
])('%s end it', (_, change, count, why) => {
  const [span] = heldOf(
    tape,
    samples((index) => (index >= 2 && index < 2 + count ? change : {})),
  );
  expect(isHeld(span!)).toBe(false);
  expect(whyNot(span!)).toBe(why);
});

test('an answer is right where it is the model’s own, whether or not the model errs', () => {
  const [span] = heldOf(
    tape,
    samples(() => ({ right: false })),
  );
  expect(span!.errors).toBe(0);
});

test('a request without a sample was never answered', () => {
  const [span] = heldOf(tape, samplesFrom(tape.atMs.length, []));
  expect(span).toMatchObject({ errors: 1, p99Ms: Number.POSITIVE_INFINITY });
  expect(isHeld(span!)).toBe(false);
});
