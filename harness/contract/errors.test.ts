import { expect, test } from 'vitest';
import { ERRORS, exitCodeFor, knownCode } from './errors.ts';
import { EXIT } from './exit-codes.ts';

test('every error says in one line what has happened, and in one what would be right', () => {
  for (const [code, { when, do: advice }] of Object.entries(ERRORS)) {
    for (const line of [when, advice]) expect(line, code).toMatch(/^[A-Zk`].*[a-z`.)]\.$/);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

test('an error that is known exits as the table says; any other, as a later version may write it, with 70', () => {
  expect(exitCodeFor('no-steady-state')).toBe(EXIT.noSteadyState);
  expect(knownCode('no-steady-state')).toBe('no-steady-state');
  for (const code of ['', 'usage', 'constructor', '__proto__', 'toString']) {
    expect(exitCodeFor(code)).toBe(EXIT.internal);
    expect(knownCode(code)).toBe('internal');
  }
});
