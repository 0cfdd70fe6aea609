import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { departuresOf, isValid, problemsOf } from './validate.ts';

const Schema = Type.Object(
  { rate: Type.Number({ minimum: 1 }), kind: Type.Enum(['a', 'b']) },
  { additionalProperties: false },
);

describe('the problems of a value', () => {
  test('each says where it is and what would be right', () => {
    expect(problemsOf(Schema, { rate: 0, kind: 'c', extra: 1 })).toEqual([
      "(whole value): unknown key 'extra'",
      'rate: must be >= 1',
      "kind: must be one of 'a', 'b'",
    ]);
    expect(problemsOf(Schema, {})).toEqual(["(whole value): missing 'rate', 'kind'"]);
    expect(problemsOf(Schema, 7)).toEqual(['(whole value): must be object']);
  });

  test('are all there, however many', () => {
    const extra = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`extra${i}`, i]));
    const [problem, ...rest] = problemsOf(Schema, { ...extra, rate: 1, kind: 'a' });
    expect(rest).toEqual([]);
    for (const key of Object.keys(extra)) expect(problem).toContain(`'${key}'`);
    expect(isValid(Schema, { ...extra, rate: 1, kind: 'a' })).toBe(false);
  });

  test('have their places one by one, for a caller that says them in its own way', () => {
    const Nested = Type.Object({ 'a/b': Type.Array(Schema) });
    expect(departuresOf(Nested, { 'a/b': [{ rate: 0, kind: 'a', x: 1, y: 2 }] })).toEqual([
      { path: ['a/b', '0', 'x'], unknownKey: true, words: 'unknown key' },
      { path: ['a/b', '0', 'y'], unknownKey: true, words: 'unknown key' },
      { path: ['a/b', '0', 'rate'], unknownKey: false, words: 'must be >= 1' },
    ]);
  });

  test('of a valid value are none', () => {
    expect(problemsOf(Schema, { rate: 1, kind: 'a' })).toEqual([]);
  });
});
