import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { patternMetrics } from '../../telemetry/metrics.ts';
import type { Call, ModelServerContext } from '../room.ts';
import { batchInference } from './batch-inference.ts';
import { type BatchInferenceOptions, BatchInferenceOptionsSchema } from './options.ts';

const PIXELS = 64;

/** A call whose pixels are all `value`, so that an answer tells whose it is. */
const callOf = (value: number, changes: Partial<Call> = {}): Call => {
  const rows = changes.rows ?? 1;
  return { version: 'mlp-1', rows, pixels: new Float32Array(rows * PIXELS).fill(value), ...changes };
};

/** Threads whose runs the test ends one by one; each row's ten probabilities are its first pixel. */
function build(changes: Partial<BatchInferenceOptions> = {}, threads = 1) {
  const runs: { call: Call; end: () => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
  const registry = new Registry();
  const settle = async (how: () => void) => {
    how();
    // One for what follows at once, one more for the run that starts after it.
    for (const _ of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
  };
  const infer = batchInference.wrap(
    (call) =>
      new Promise((resolve, reject) => {
        const answer = Float32Array.from(
          { length: call.rows * 10 },
          (_, i) => call.pixels[Math.floor(i / 10) * PIXELS]!,
        );
        runs.push({
          call,
          end: () => settle(() => resolve(answer)),
          fail: (error) => settle(() => reject(error)),
        });
      }),
    Default(BatchInferenceOptionsSchema, { ...changes }) as BatchInferenceOptions,
    { metrics: patternMetrics(registry)('batch-inference'), threads } as unknown as ModelServerContext,
  );
  const metric = async (name: string) =>
    (await registry.getSingleMetric(name)!.get()).values.find(
      ({ labels }) => labels['pattern'] === 'batch-inference',
    )?.value ?? 0;
  return { runs, infer, metric };
}

const firstOf = async (answer: Promise<Float32Array>) => (await answer)[0];

test.each([
  ['a full run starts before the answers of the last one are given', 1, 2],
  ['one that is not full waits until they are given, so that more can join it', 4, 1],
])('%s', async (_, maxRows, runsThen) => {
  const { runs, infer } = build({ maxRows, runsAhead: 0 });
  const first = infer(callOf(1)).then(() => runs.length);
  void infer(callOf(2));
  await runs[0]!.end();
  expect(await first).toBe(runsThen);
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toHaveLength(2);
});

describe('while a thread is idle', () => {
  test('a call goes at once and alone', () => {
    const { runs, infer } = build();
    void infer(callOf(1));
    expect(runs.map(({ call }) => call.rows)).toEqual([1]);
  });

  test('with a window it waits for others', async () => {
    const { runs, infer } = build({ windowMs: 5 });
    const answers = [infer(callOf(1)), infer(callOf(2))];
    expect(runs).toEqual([]);
    await expect.poll(() => runs.length).toBe(1);
    expect(runs[0]!.call.rows).toBe(2);
    await runs[0]!.end();
    expect(await Promise.all(answers.map(firstOf))).toEqual([1, 2]);
  });

  test('a full batch does not wait for the window to end', () => {
    const { runs, infer } = build({ windowMs: 1_000, maxRows: 2 });
    void infer(callOf(1));
    void infer(callOf(2));
    expect(runs.map(({ call }) => call.rows)).toEqual([2]);
  });
});

describe('while every thread is busy', () => {
  test('calls wait, and are computed together when one is free; each gets the answer to its own rows', async () => {
    const { runs, infer } = build();
    const answers = [1, 2, 3, 4].map((value) => infer(callOf(value, { rows: value })));
    expect(runs).toHaveLength(1);
    await runs[0]!.end();
    expect(runs[1]!.call.rows).toBe(2 + 3 + 4);
    await runs[1]!.end();
    for (const [i, answer] of (await Promise.all(answers)).entries()) {
      expect([...answer]).toEqual(new Array((i + 1) * 10).fill(i + 1));
    }
  });

  test('each thread has one run', () => {
    const { runs, infer } = build({}, 2);
    for (let i = 0; i < 5; i += 1) void infer(callOf(i));
    expect(runs.map(({ call }) => call.rows)).toEqual([1, 1]);
  });

  test('a call whose timeout has passed gets 504 and is not computed', async () => {
    const { runs, infer, metric } = build();
    void infer(callOf(1));
    const late = infer(callOf(2, { timeoutMs: 0 }));
    await expect(late).rejects.toMatchObject({ statusCode: 504 });
    const next = infer(callOf(3, { timeoutMs: 60_000 }));
    await runs[0]!.end();
    expect(runs[1]!.call.rows).toBe(1);
    await runs[1]!.end();
    expect(await firstOf(next)).toBe(3);
    expect(await metric(METRICS.patternTurnedAway)).toBe(1);
  });

  test('a call whose client has hung up is not computed, and those that wait with it are', async () => {
    const { runs, infer, metric } = build();
    void infer(callOf(1));
    let hasHungUp = false;
    const abandoned = infer(callOf(2, { isAbandoned: () => hasHungUp }));
    const next = infer(callOf(3));
    hasHungUp = true;
    const refused = expect(abandoned).rejects.toMatchObject({ statusCode: 499 });
    await runs[0]!.end();
    await refused;
    expect(runs[1]!.call.rows).toBe(1);
    await runs[1]!.end();
    expect(await firstOf(next)).toBe(3);
    expect(await metric(METRICS.patternTurnedAway)).toBe(1);
  });

  test('a thread is free again where all that waited were abandoned', async () => {
    const { runs, infer } = build();
    void infer(callOf(1));
    const abandoned = infer(callOf(2, { isAbandoned: () => true }));
    abandoned.catch(() => {});
    await runs[0]!.end();
    const next = infer(callOf(3));
    await runs[1]!.end();
    expect(await firstOf(next)).toBe(3);
  });

  test('the most urgent are computed first', async () => {
    const { runs, infer } = build({ maxRows: 1, runsAhead: 0 });
    void infer(callOf(1));
    void infer(callOf(2));
    void infer(callOf(3, { priority: 1 }));
    await runs[0]!.end();
    expect(runs[1]!.call.pixels[0]).toBe(3);
  });

  test('a thread has its next run already where that is full, and no more of them than are asked for', async () => {
    const { runs, infer } = build({ maxRows: 2 });
    for (const value of [1, 2, 3]) void infer(callOf(value));
    expect(runs.map(({ call }) => call.rows)).toEqual([1, 2]);
    for (const value of [4, 5, 6]) void infer(callOf(value));
    expect(runs).toHaveLength(2);
    await runs[0]!.end();
    expect(runs.map(({ call }) => call.rows)).toEqual([1, 2, 2]);
  });

  test('the most urgent does not overtake a full run that a busy thread has been given', async () => {
    const { runs, infer } = build({ maxRows: 1 });
    void infer(callOf(1));
    void infer(callOf(2));
    void infer(callOf(3));
    void infer(callOf(4, { priority: 1 }));
    await runs[0]!.end();
    expect(runs.map(({ call }) => call.pixels[0])).toEqual([1, 2, 4]);
  });
});

describe('a run that fails', () => {
  test('is done again call by call, so that only the culprit gets the error', async () => {
    const { runs, infer, metric } = build();
    void infer(callOf(1));
    const [culprit, neighbour] = [infer(callOf(2)), infer(callOf(3))];
    culprit.catch(() => {});
    await runs[0]!.end();
    await runs[1]!.fail(new Error('poison'));
    await runs[2]!.fail(new Error('poison'));
    await runs[3]!.end();
    await expect(culprit).rejects.toThrow('poison');
    expect(await firstOf(neighbour)).toBe(3);
    expect(await metric(METRICS.patternInFlight)).toBe(0);
  });

  test('does not stop the ones after it', async () => {
    const { runs, infer } = build();
    infer(callOf(1)).catch(() => {});
    const next = infer(callOf(2));
    await runs[0]!.fail(new Error('poison'));
    await runs[1]!.end();
    expect(await firstOf(next)).toBe(2);
  });

  test('that gives another number of answers is an error, and no mix-up', async () => {
    const infer = batchInference.wrap(
      async () => new Float32Array(7),
      Default(BatchInferenceOptionsSchema, {}) as BatchInferenceOptions,
      {
        metrics: patternMetrics(new Registry())('batch-inference'),
        threads: 1,
      } as unknown as ModelServerContext,
    );
    await expect(infer(callOf(1, { rows: 2 }))).rejects.toThrow('2 rows gave 7');
  });
});
