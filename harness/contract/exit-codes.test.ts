import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT, EXIT_MEANING, worstExit } from './exit-codes.ts';

test('every exit code has a meaning', () => {
  expect(Object.keys(EXIT_MEANING).map(Number)).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
});

test('of several codes the worst speaks: 5 > 70 > 130/143 > 1 > 3 > 4 > 2 > 0', () => {
  const order = [5, 70, 130, 143, 1, 3, 4, 2, 0] as const;
  order.forEach((code, i) => {
    expect(worstExit(order.slice(i))).toBe(code);
  });
  expect(worstExit([])).toBe(0);
});

test("the README's sentence names the same codes and meanings", () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, sentence] = /^Exit codes: (.*)\. Of several, the worst speaks\./m.exec(readme) ?? [];
  const named = sentence?.split(' · ').map((part) => /^(\d+) (.*)$/.exec(part)?.slice(1));
  expect(named).toEqual(Object.entries(EXIT_MEANING));
});
