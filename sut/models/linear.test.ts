import { expect, test } from 'vitest';
import { largestDifference } from './answers.ts';
import { models } from './catalog.ts';
import { loadLinear } from './linear.ts';
import { inferAll, openModel } from './onnx.ts';
import { makePlainPool, pixelsOf } from './pool.ts';

const pool = makePlainPool({ seed: 1, size: 10_000 });
const linear = loadLinear();

test('the linear model in plain arrays gives the answers of its ONNX file', async () => {
  const session = await openModel('lin-1');
  const expected = await inferAll(session, pool.pixels);
  await session.release();
  expect(largestDifference(linear(pool.pixels, pool.size), expected)).toBeLessThanOrEqual(
    models['lin-1'].tolerance,
  );
});

test('a row gets the same answer alone and among others, from any kind of array', () => {
  const among = linear(pool.pixels.subarray(0, 64 * 3), 3).subarray(10, 20);
  expect(linear(pixelsOf(pool, 1), 1)).toEqual(among);
  expect(linear(Array.from(pixelsOf(pool, 1)), 1)).toEqual(among);
});

test('rows that do not match the pixels are refused', () => {
  expect(() => linear(pixelsOf(pool, 0), 2)).toThrow('2 rows need 128 pixels, not 64');
});
