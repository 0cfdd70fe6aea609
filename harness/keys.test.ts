import { describe, expect, test } from 'vitest';
import { keyDrawer } from './keys.ts';

/** Evenly over [0, 1): every key comes as often as its probability says, to one in so many. */
function counts(draw: (uniform: number) => number, poolSize: number, of: number): number[] {
  const seen = new Array<number>(poolSize).fill(0);
  for (let i = 0; i < of; i += 1) seen[draw((i + 0.5) / of)]! += 1;
  return seen;
}

describe('keys', () => {
  test('drawn uniformly come alike', () => {
    expect(counts(keyDrawer('uniform', 4), 4, 400)).toEqual([100, 100, 100, 100]);
  });

  test("drawn by Zipf's law come in proportion to their rank's power", () => {
    const draw = keyDrawer({ zipf: 1 }, 4);
    const harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4;
    for (const [key, count] of counts(draw, 4, 100_000).entries()) {
      expect(count / 100_000).toBeCloseTo(1 / (key + 1) / harmonic, 4);
    }
  });

  test.each(['uniform', { zipf: 1 }, { zipf: 0.7 }] as const)('drawn by %o stay within the pool', (how) => {
    const draw = keyDrawer(how, 100_000);
    expect(draw(0)).toBe(0);
    expect(draw(1 - 2 ** -53)).toBe(99_999);
  });

  test('of which 5,000 are the most popular of 100,000 draw three quarters of the requests at Zipf 1.0', () => {
    const draw = keyDrawer({ zipf: 1 }, 100_000);
    const seen = counts(draw, 100_000, 1_000_000);
    const popular = seen.slice(0, 5_000).reduce((a, b) => a + b);
    expect(popular / 1_000_000).toBeCloseTo(0.752, 3);
  });
});
