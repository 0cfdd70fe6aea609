import { describe, expect, test } from 'vitest';
import { formatCores, parseCores, planCores } from './cores.ts';

describe('planCores', () => {
  test.each([
    [[], null, null],
    [[0], null, null],
    [[0, 1], '0', '1'],
    [[0, 1, 2], '0', '1-2'],
    [[0, 1, 2, 3], '0-1', '2-3'],
    [[2, 3, 8, 9, 10], '2-3', '8-10'],
    [[9, 1, 4, 4, 0], '0-1', '4,9'],
  ])('divides cores %j into services %s and load %s', (allowed, services, load) => {
    expect(planCores(allowed)).toEqual({ services, load });
  });
});

describe('lists of cores', () => {
  test('are written as taskset reads them', () => {
    expect(formatCores([0, 1, 2, 5, 7, 8])).toBe('0-2,5,7-8');
  });

  test('are read back, strides included', () => {
    expect(parseCores('0-2,5,7-8\n')).toEqual([0, 1, 2, 5, 7, 8]);
    expect(parseCores('0-6:2')).toEqual([0, 2, 4, 6]);
  });

  test('are not guessed at when they are something else', () => {
    expect(parseCores('')).toBeNull();
    expect(parseCores('0-3,ff')).toBeNull();
  });
});
