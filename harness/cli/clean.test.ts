import { expect, test } from 'vitest';
import { tooOld } from './clean.ts';

test.each([
  [0, ['a', 'b', 'c']],
  [1, ['a', 'b']],
  [3, []],
  [9, []],
])('keeping %d of three removes the oldest others', (keep, removed) => {
  expect(tooOld(['a', 'b', 'c'], keep)).toEqual(removed);
});
