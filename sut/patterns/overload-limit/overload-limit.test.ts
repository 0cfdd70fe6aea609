import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { patternMetrics } from '../../telemetry/metrics.ts';
import type { Answer, Question, RoomContext } from '../room.ts';
import { type OverloadLimitOptions, OverloadLimitOptionsSchema } from './options.ts';
import { overloadLimit } from './overload-limit.ts';

const picture: Question = { rows: 1, pixels: new Float32Array(64) };
const primary: Answer = { version: 'xl-1', probabilities: [1], servedBy: 'primary' };
const substitute: Answer = { version: 'lin-1', probabilities: [0.5], servedBy: 'fallback' };

/** A limit in front of a model server whose calls the test ends one by one. */
function build(changes: Partial<OverloadLimitOptions> = {}) {
  const calls: { succeed: () => void; fail: (error: Error) => void; signal: AbortSignal | undefined }[] = [];
  const registry = new Registry();
  const predict = overloadLimit.wrap(
    (_, signal) =>
      new Promise((resolve, reject) => {
        calls.push({ succeed: () => resolve(primary), fail: reject, signal });
      }),
    Default(OverloadLimitOptionsSchema, { maxInFlight: 2, ...changes }) as OverloadLimitOptions,
    {
      metrics: patternMetrics(registry)('overload-limit'),
      fallback: async () => substitute,
    } as unknown as RoomContext,
  );
  const metric = async (name: string) =>
    (await registry.getSingleMetric(name)!.get()).values.find(
      ({ labels }) => labels['pattern'] === 'overload-limit',
    )?.value ?? 0;
  return { calls, ask: (signal?: AbortSignal) => predict(picture, signal), metric };
}

describe('up to the limit', () => {
  test('calls go through, and their answers and errors are passed on as they are', async () => {
    const { calls, ask } = build();
    const [first, second] = [ask(), ask()];
    const error = new ProtocolError(502, 'gone');
    calls[0]!.succeed();
    calls[1]!.fail(error);
    expect(await first).toBe(primary);
    await expect(second).rejects.toBe(error);
  });

  test("a caller's signal reaches the model server", () => {
    const { calls, ask } = build();
    const { signal } = new AbortController();
    void ask(signal);
    expect(calls[0]!.signal).toBe(signal);
  });
});

describe('over the limit', () => {
  test('the fallback answers at once, says why, and the model server is not called', async () => {
    const { calls, ask } = build();
    void ask();
    void ask();
    expect(await ask()).toEqual({ ...substitute, fallbackReason: 'overload' });
    expect(calls).toHaveLength(2);
  });

  test('without a fallback it is refused with 429 and a time to come back', async () => {
    const { ask } = build({ fallsBack: false, retryAfterSeconds: 7 });
    void ask();
    void ask();
    await expect(ask()).rejects.toMatchObject({ statusCode: 429, headers: { 'retry-after': '7' } });
  });

  test.each([
    ['succeeded', (call: { succeed: () => void }) => call.succeed()],
    ['failed', (call: { fail: (error: Error) => void }) => call.fail(new Error('gone'))],
  ])('a call that has %s makes room for one more, and only one', async (_, end) => {
    const { calls, ask } = build();
    const first = ask().catch(() => {});
    void ask();
    end(calls[0]!);
    await first;
    void ask();
    expect(calls).toHaveLength(3);
    expect((await ask()).fallbackReason).toBe('overload');
    expect(calls).toHaveLength(3);
  });
});

test('it counts what it let through and what it turned away, under its own name', async () => {
  const { calls, ask, metric } = build();
  const first = ask();
  void ask();
  await ask();
  await ask();
  expect(await metric(METRICS.patternInFlight)).toBe(2);
  expect(await metric(METRICS.patternTurnedAway)).toBe(2);
  calls[0]!.succeed();
  await first;
  expect(await metric(METRICS.patternInFlight)).toBe(1);
});
