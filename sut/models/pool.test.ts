import { describe, expect, test } from 'vitest';
import { FEATURES } from './catalog.ts';
import { heldOut, makePlainPool, pixelsOf } from './pool.ts';

describe('the plain pool', () => {
  test('is the same for the same seed', () => {
    const first = makePlainPool({ seed: 7, size: 2_000 });
    expect(makePlainPool({ seed: 7, size: 2_000 })).toEqual(first);
  });

  test('differs for another seed, near ones included', () => {
    const first = makePlainPool({ seed: 7, size: 100 });
    const second = makePlainPool({ seed: 8, size: 100 });
    const same = first.pixels.filter((pixel, index) => pixel === second.pixels[index]).length;
    expect(same / first.pixels.length).toBeLessThan(0.7);
  });

  test('holds the smaller pool of the same seed as its head', () => {
    const large = makePlainPool({ seed: 7, size: 1_000 });
    const small = makePlainPool({ seed: 7, size: 100 });
    expect(large.pixels.subarray(0, small.pixels.length)).toEqual(small.pixels);
  });

  test('never changes for a seed, or cached answers and old records would lie', () => {
    const pool = makePlainPool({ seed: 1, size: 1 });
    expect(Array.from(pixelsOf(pool, 0).subarray(0, 16))).toEqual([
      0, 0, 1, 5, 14, 5, 0, 0, 1, 0, 2, 16, 11, 0, 0, 0,
    ]);
  });

  test('has noise of mean 0 and sigma 1 where nothing is clipped', () => {
    const pool = makePlainPool({ seed: 3, size: 9_000 });
    const noise: number[] = [];
    for (const [index, pixel] of pool.pixels.entries()) {
      const clean = heldOut.pixels[index % heldOut.pixels.length]!;
      if (clean >= 6 && clean <= 10) noise.push(pixel - clean);
    }
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1 + 1 / 12, 1); // rounding to integers adds a twelfth
  });

  test('keeps to integers of 0 to 16 and to the labels of its images', () => {
    const pool = makePlainPool({ seed: 3, size: 1_000 });
    expect(Math.max(...pool.pixels)).toBeLessThanOrEqual(16);
    expect(pool.labels[heldOut.size + 5]).toBe(heldOut.labels[5]);
  });

  test('shows the pixels of a key as a view and refuses keys that it does not have', () => {
    const pool = makePlainPool({ seed: 3, size: 10 });
    expect(pixelsOf(pool, 9).buffer).toBe(pool.pixels.buffer);
    expect(pixelsOf(pool, 9)).toHaveLength(FEATURES);
    expect(() => pixelsOf(pool, 10)).toThrow('outside of the pool');
  });
});

test('450 images are held out', () => {
  expect(heldOut.size).toBe(450);
});
