import { describe, expect, test } from 'vitest';
import type { AcceleratorOptions } from '#contract/topology.ts';
import type { Call } from '../patterns/room.ts';
import { createAccelerator } from './accelerator.ts';

/** A timer of whole milliseconds may be one early. */
const TIMER_MS = 1;

function build(changes: Partial<AcceleratorOptions> = {}) {
  const begun: number[] = [];
  const compute = async ({ pixels }: Call) => {
    begun.push(pixels[0]!);
    return Float32Array.of(pixels[0]! * 10);
  };
  const options = { slots: 2, slotMs: 20, coldStartMs: 20, ...changes };
  const { infer, slots } = createAccelerator(compute, options);
  const ask = (value: number) => infer({ version: 'mlp-1', rows: 1, pixels: Float32Array.of(value) });
  return { ask, begun, slots };
}

async function msOf(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

describe('a virtual accelerator', () => {
  test('gives each call the answer that was computed for it', async () => {
    const { ask } = build();
    expect(await Promise.all([1, 2, 3].map(ask))).toEqual(
      [10, 20, 30].map((value) => Float32Array.of(value)),
    );
  });

  test('begins as many runs as it has slots, and the others in the order in which they came', async () => {
    const { ask, begun } = build();
    const answers = [1, 2, 3, 4, 5].map(ask);
    await Promise.resolve();
    expect(begun).toEqual([1, 2]);
    await Promise.all(answers);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  test('holds a slot for its time, however soon the answer was computed', async () => {
    const { ask } = build();
    expect(await msOf(Promise.all([1, 2, 3].map(ask)))).toBeGreaterThanOrEqual(2 * (20 - TIMER_MS));
  });

  test('takes longer for the first run of a slot', async () => {
    const { ask } = build({ slots: 1, slotMs: 1, coldStartMs: 200 });
    expect(await msOf(ask(1))).toBeGreaterThanOrEqual(200 - TIMER_MS);
    expect(await msOf(ask(2))).toBeLessThan(200);
  });

  test('frees the slot of a run that failed', async () => {
    const { infer } = createAccelerator(() => Promise.reject(new Error('poison')), {
      slots: 1,
      slotMs: 1,
      coldStartMs: 1,
    });
    const call = { version: 'mlp-1', rows: 1, pixels: Float32Array.of(1) };
    await expect(infer(call)).rejects.toThrow('poison');
    await expect(infer(call)).rejects.toThrow('poison');
  });
});

describe('slots that are lost', () => {
  test('begin nothing; what waits for them goes on when they are back, and cold', async () => {
    const { ask, begun, slots } = build({ slotMs: 1, coldStartMs: 200 });
    await Promise.all([1, 2].map(ask));
    slots.lose(2);
    expect(slots.lost()).toBe(2);
    const answer = ask(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual([1, 2]);
    slots.lose(0);
    expect(await msOf(answer)).toBeGreaterThanOrEqual(200 - TIMER_MS);
    expect(slots.lost()).toBe(0);
  });

  test('leave the others as they are', async () => {
    const { ask, begun, slots } = build();
    slots.lose(1);
    const answers = [1, 2].map(ask);
    await Promise.resolve();
    expect(begun).toEqual([1]);
    await Promise.all(answers);
    expect(begun).toEqual([1, 2]);
  });
});
