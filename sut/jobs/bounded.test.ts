import { expect, test } from 'vitest';
import { atMost } from './bounded.ts';

test('the call beyond the bound is refused at once, and the next has the place of one that ended, well or not', async () => {
  const bounded = atMost(1, () => new Error('full'));
  const { promise, reject } = Promise.withResolvers<never>();
  const first = bounded(() => promise);
  await expect(bounded(async () => 2)).rejects.toThrow('full');
  reject(new Error('broke'));
  await expect(first).rejects.toThrow('broke');
  expect(await bounded(async () => 3)).toBe(3);
});
