import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';
import { CLASSES, FEATURES } from './catalog.ts';
import images from './held-out.json' with { type: 'json' };

const PIXEL_MAX = 16;

/** Requests that have a known label; the key of a request is its index. */
export interface Pool {
  readonly name: 'plain';
  readonly seed: number;
  readonly size: number;
  /** 64 integers of 0..16 a key. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export interface PlainPoolOptions {
  readonly seed: number;
  /** Keys; 100,000 by default. */
  readonly size?: number;
}

export const DEFAULT_POOL_SIZE = 100_000;

export interface HeldOut {
  readonly size: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The images as they were taken, without noise. */
export const heldOut: HeldOut = flatten();

function flatten(): HeldOut {
  const pixels = new Uint8Array(images.length * FEATURES);
  const labels = new Uint8Array(images.length);
  for (const [index, image] of images.entries()) {
    if (image.pixels.length !== FEATURES || image.label >= CLASSES) {
      throw new Error(`held-out.json: image ${index} is malformed`);
    }
    pixels.set(image.pixels, index * FEATURES);
    labels[index] = image.label;
  }
  return { size: images.length, pixels, labels };
}

/**
 * P(noise ≤ k) for k = -6…5, noise being a standard Gaussian rounded to an integer: Φ(k + ½). A pixel is an
 * integer, so rounding the sum is adding the rounded noise: one draw a pixel, and no logarithm or cosine
 * whose last digit might differ between machines.
 */
const CUMULATIVE = [
  1.898956246588768e-8, 3.3976731247300535e-6, 2.3262907903552504e-4, 6.209665325776132e-3,
  0.06680720126885807, 0.3085375387259869, 0.6914624612740131, 0.9331927987311419, 0.9937903346742238,
  0.9997673709209645, 0.9999966023268753, 0.9999999810104375,
] as const;

/** The same as bounds on a signed draw of 32 bits. */
const BOUNDS = Int32Array.from(CUMULATIVE, (share) => Math.round(share * 2 ** 32) - 2 ** 31);
const SMALLEST_NOISE = -6;

function roundedGaussian(draw: number): number {
  let above = 0;
  for (let index = 0; index < BOUNDS.length; index += 1) {
    above += draw >= BOUNDS[index]! ? 1 : 0; // no branch to predict wrongly: faster than a search
  }
  return SMALLEST_NOISE + above;
}

/**
 * Held-out images plus Gaussian noise of sigma 1, rounded and clipped. Keys go round the images, so that any
 * stretch of keys holds each about equally often; a smaller pool is the head of a larger one of its seed.
 */
export function makePlainPool({ seed, size = DEFAULT_POOL_SIZE }: PlainPoolOptions): Pool {
  const generator = xoroshiro128plus(seed);
  skipN(generator, 64); // the state starts with few bits set, so near seeds draw alike at first
  const pixels = new Uint8Array(size * FEATURES);
  const labels = new Uint8Array(size);
  for (let key = 0; key < size; key += 1) {
    const image = key % heldOut.size;
    labels[key] = heldOut.labels[image]!;
    for (let feature = 0; feature < FEATURES; feature += 1) {
      const noisy = heldOut.pixels[image * FEATURES + feature]! + roundedGaussian(generator.next());
      pixels[key * FEATURES + feature] = Math.min(Math.max(noisy, 0), PIXEL_MAX);
    }
  }
  return { name: 'plain', seed, size, pixels, labels };
}

/** A view, not a copy. */
export function pixelsOf(pool: Pick<Pool, 'pixels' | 'size'>, key: number): Uint8Array {
  if (!Number.isInteger(key) || key < 0 || key >= pool.size) {
    throw new RangeError(`key ${key} is outside of the pool's 0..${pool.size - 1}`);
  }
  return pool.pixels.subarray(key * FEATURES, (key + 1) * FEATURES);
}
