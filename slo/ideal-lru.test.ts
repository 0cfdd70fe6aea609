import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idealHits } from './ideal-lru.ts';

const hits = (keys: number[], entries: number) => Array.from(idealHits(keys, entries)).join('');

describe('an ideal LRU cache', () => {
  test('has a key as long as fewer others came since than it has room for', () => {
    expect(hits([1, 1, 2, 1], 1)).toBe('0100');
    expect(hits([1, 2, 1, 3, 2], 2)).toBe('00100');
    expect(hits([1, 2, 1, 3, 2], 3)).toBe('00101');
  });

  test('counts a key that came often once', () => {
    expect(hits([1, 2, 2, 2, 2, 1], 2)).toBe('001111');
  });

  test('is what a list in the order of use gives', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 80 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 8 }), (asked, entries) => {
        let kept: number[] = [];
        const expected = asked.map((key) => {
          const had = kept.includes(key);
          kept = [key, ...kept.filter((one) => one !== key)].slice(0, entries);
          return had ? 1 : 0;
        });
        expect(Array.from(idealHits(asked, entries))).toEqual(expected);
      }),
    );
  });
});
