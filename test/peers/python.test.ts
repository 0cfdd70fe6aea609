import { expect, test } from 'vitest';
import { isNewEnough } from './python.ts';

test.each([
  ['3.11.7', true],
  ['3.9.19', false],
  ['4.0.0', true],
  ['2.7.18', false],
])('Python %s is new enough: %s', (version, enough) => {
  expect(isNewEnough(version)).toBe(enough);
});
