import { describe, expect, test } from 'vitest';
import { drawErrors } from './fault-hook.ts';

const DRAWS = 100_000;
const drawn = (share: number, seed: number) => {
  const fails = drawErrors({ share, seed });
  return Array.from({ length: DRAWS }, fails);
};
const shareOf = (draws: readonly boolean[]) => draws.filter(Boolean).length / draws.length;

describe('the errors of a flaky service', () => {
  test.each([0.01, 0.3, 0.5, 0.99])('come at the share %f', (share) => {
    const deviation = Math.sqrt((share * (1 - share)) / DRAWS);
    expect(Math.abs(shareOf(drawn(share, 1)) - share)).toBeLessThan(4 * deviation);
  });

  test('all come at a share of 1, and none at 0', () => {
    expect(shareOf(drawn(1, 1))).toBe(1);
    expect(shareOf(drawn(0, 1))).toBe(0);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(drawn(0.5, 7)).toEqual(drawn(0.5, 7));
    expect(drawn(0.5, 7)).not.toEqual(drawn(0.5, 8));
  });

  test('do not hang together: one says nothing about the next', () => {
    const draws = drawn(0.5, 1);
    const afterError = draws.filter((_, i) => i > 0 && draws[i - 1]);
    expect(Math.abs(shareOf(afterError) - 0.5)).toBeLessThan(0.01);
  });
});
