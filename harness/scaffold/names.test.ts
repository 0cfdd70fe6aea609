import { describe, expect, test } from 'vitest';
import { fill, nameProblem, namesOf } from './names.ts';

describe('the forms of a name', () => {
  test.each([
    ['retry', 'retry', 'retry', 'Retry', 'Retry'],
    ['slow-close', "'slow-close'", 'slowClose', 'SlowClose', 'Slow close'],
    ['steady-1000', "'steady-1000'", 'steady1000', 'Steady1000', 'Steady 1000'],
    ['p99-2x-load', "'p99-2x-load'", 'p992xLoad', 'P992xLoad', 'P99 2x load'],
  ])('of %s', (name, key, camel, pascal, title) => {
    expect(namesOf(name)).toEqual({ name, key, camel, pascal, title });
    expect(nameProblem('fault', name)).toBeNull();
  });

  test('fill the placeholders of a template and leave all other brackets', () => {
    const template = '{{key}}: {{camel}} /* {{title}} */ { a: { b: {{}} } } {{nothing}}';
    expect(fill(template, namesOf('slow-close'))).toBe(
      "'slow-close': slowClose /* Slow close */ { a: { b: {{}} } } {{nothing}}",
    );
  });
});

describe('a name is refused in one sentence', () => {
  test.each([
    ['', 'must be lower-case letters'],
    ['Slow', 'must be lower-case letters'],
    ['slowClose', 'must be lower-case letters'],
    ['slow_close', 'must be lower-case letters'],
    ['slow close', 'must be lower-case letters'],
    ['slow--close', 'single dashes'],
    ['slow-', 'single dashes'],
    ['-slow', 'must be lower-case letters'],
    ['2-slow', 'from a letter on'],
    ['größe', 'must be lower-case letters'],
    ['slow.close', 'must be lower-case letters'],
    ['slow\n', 'must be lower-case letters'],
    ['../slow', 'must be lower-case letters'],
    ['a/b', 'must be lower-case letters'],
    ['a'.repeat(41), '41 characters long'],
    ['default', 'JavaScript has for itself; add a word, such as default-fault.'],
    ['await', 'JavaScript has for itself'],
    ['constructor', 'JavaScript has for itself'],
    ['parse-int', "it would be 'parseInt', which JavaScript has for itself"],
    ['undefined', 'JavaScript has for itself'],
  ])('%j', (name, words) => {
    const problem = nameProblem('fault', name);
    expect(problem).toContain(words);
    expect(problem).toMatch(/^'.*\.$/s);
  });

  test.each(['class-fault', 'new-fault', 'a', 'a'.repeat(40)])('%j is none of those', (name) => {
    expect(nameProblem('fault', name)).toBeNull();
  });
});
