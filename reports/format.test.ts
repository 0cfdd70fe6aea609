import { describe, expect, it } from 'vitest';
import {
  intervalText,
  listed,
  milliseconds,
  percent,
  percentAgainst,
  seconds,
  threeDigits,
} from './format.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.964256, '96.4 %'],
    [0.999321, '99.932 %'],
    [0.99876, '99.88 %'],
    [0.99999999, '> 99.9999 %'],
    [1e-9, '< 0.0001 %'],
    [0.0003, '0.030 %'],
    [null, '–'],
  ])('shows %s as %s', (ratio, text) => {
    expect(percent(ratio)).toBe(text);
  });

  it.each([
    [0.9297, 0.93, '92.97 %'],
    [0.92999, 0.93, '92.999 %'],
    [0.93, 0.93, '93.0 %'],
    [1, 1, '100 %'],
  ])('never rounds %s onto the other side of %s', (ratio, target, text) => {
    expect(percentAgainst(ratio, target)).toBe(text);
  });

  it('goes from milliseconds to seconds where a thousand would stand', () => {
    expect([0.4213, 2.37, 101.5, 999.7, 1004].map(milliseconds)).toEqual([
      '0.421 ms',
      '2.37 ms',
      '102 ms',
      '1 s',
      '1 s',
    ]);
    expect(seconds(1.08)).toBe('1.08 s');
  });

  it('keeps three digits of small and large numbers', () => {
    expect([0.00298, 12.345, 9268].map(threeDigits)).toEqual(['0.00298', '12.3', '9,268']);
  });

  it('joins intervals and lists', () => {
    expect(intervalText([0.969, 0.981])).toBe('96.9 to 98.1 %');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});
