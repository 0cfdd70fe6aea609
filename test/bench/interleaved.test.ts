import { expect, test } from 'vitest';
import { inTurn, isMirrored, ratioOf, ratioText } from './interleaved.ts';

test('a ratio is the geometric mean over the pairs, within its interval', () => {
  const { ratio, interval, pairs } = ratioOf([
    [200, 100],
    [100, 100],
    [400, 200],
    [100, 100],
  ]);
  expect(ratio).toBeCloseTo(Math.SQRT2);
  expect(interval![0]).toBeLessThan(1);
  expect(interval![1]).toBeGreaterThan(2);
  expect(pairs).toBe(4);
});

test('what slows both of a pair alike moves no ratio', () => {
  const { ratio, interval } = ratioOf([
    [110, 100],
    [11, 10],
    [55, 50],
  ]);
  expect(ratio).toBeCloseTo(1.1);
  expect(interval![0]).toBeCloseTo(1.1);
  expect(interval![1]).toBeCloseTo(1.1);
});

test('one pair has a ratio and no interval', () => {
  expect(ratioOf([[3, 2]])).toEqual({ ratio: 1.5, interval: null, pairs: 1 });
  expect(ratioText(ratioOf([[3, 2]]))).toBe('1.500 ×');
});

test('every other pair is measured the other way round', () => {
  expect([0, 1, 2, 3].map(isMirrored)).toEqual([false, true, false, true]);
});

test('both are measured in each turn, and whatever the order each stands in its place', async () => {
  const order: string[] = [];
  const measure = (name: string) => async (turn: number) => {
    order.push(`${name}${turn}`);
    return order.length;
  };
  const seen = await inTurn(3, measure('one'), measure('other'));
  expect(order).toEqual(['other1', 'one1', 'one2', 'other2', 'other3', 'one3']);
  expect(seen).toEqual([
    [2, 1],
    [3, 4],
    [6, 5],
  ]);
});
