import { expect, test } from 'vitest';
import { at, isSame } from './expected.ts';

test('a pointer leads through objects and arrays, or nowhere', () => {
  const answer = { outputs: [{ 'a/b': { '~': 7 } }] };
  expect(at(answer, '')).toBe(answer);
  expect(at(answer, '/outputs/0/a~1b/~0')).toBe(7);
  expect(at(answer, '/outputs/1')).toBeUndefined();
  expect(at(answer, '/outputs/length/x')).toBeUndefined();
});

test.each([
  [[0.1, 0.9], [0.1001, 0.9], 1e-3, true],
  [[0.1, 0.9], [0.102, 0.9], 1e-3, false],
  [[0.1], [0.1, 0.2], 1, false],
  ['cat', 'cat', 0, true],
  ['1', 1, 1, false],
  [null, null, 0, true],
  [{ label: 'cat', score: 0.5, took: 3 }, { label: 'cat', score: 0.49 }, 0.02, true],
  [{ score: 0.5 }, { label: 'cat' }, 1, false],
  [Number.NaN, 0, 1, false],
  [undefined, [1], 1, false],
])('%j for %j within %d: %s', (value, expected, tolerance, same) => {
  expect(isSame(value, expected, tolerance)).toBe(same);
});
