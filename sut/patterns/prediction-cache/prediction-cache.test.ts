import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Answer, Question, RoomContext } from '../room.ts';
import { keyOf } from './key.ts';
import { type PredictionCacheOptions, PredictionCacheOptionsSchema } from './options.ts';
import { predictionCache } from './prediction-cache.ts';

const CLASSES = 10;

const picture = (value: number, rows = 1): Question => ({
  rows,
  pixels: new Float32Array(rows * 64).fill(value),
});

/** A cache before a model server whose calls the test ends one by one. */
async function build(changes: Partial<PredictionCacheOptions> = {}) {
  const calls: { of: Question; succeed: (changes?: Partial<Answer>) => void; fail: (e: Error) => void }[] =
    [];
  const registry = new Registry();
  let version = 'mlp-1';
  const ask = await predictionCache.wrap(
    (of) =>
      new Promise((resolve, reject) => {
        const probabilities = new Array<number>(of.rows * CLASSES).fill(of.pixels[0]!);
        const answer: Answer = { version, probabilities, servedBy: 'primary' };
        calls.push({ of, succeed: (other) => resolve({ ...answer, ...other }), fail: reject });
      }),
    Default(PredictionCacheOptionsSchema, { ...changes }) as PredictionCacheOptions,
    { registry, version: () => version } as unknown as RoomContext,
  );
  const answerTo = async (question: Question, changed: Partial<Answer> = {}) => {
    const answer = ask(question);
    calls.at(-1)!.succeed(changed);
    return answer;
  };
  const lookups = async (result: string) =>
    (await registry.getSingleMetric(METRICS.cacheLookups)!.get()).values.find(
      ({ labels }) => labels['result'] === result,
    )?.value ?? 0;
  const swapTo = (other: string) => {
    version = other;
  };
  return { calls, ask, answerTo, lookups, registry, swapTo };
}

describe('the same input again', () => {
  test('gets the answer that was given, says that it comes from the cache, and reaches no model', async () => {
    const { calls, ask, answerTo } = await build();
    const first = await answerTo(picture(3));
    expect(first.servedBy).toBe('primary');
    expect(await ask(picture(3))).toEqual({ ...first, servedBy: 'cache' });
    expect(calls).toHaveLength(1);
  });

  test('is asked for anew once it is no longer fresh, however often it was given', async () => {
    const { calls, ask, answerTo } = await build({ ttlMs: 30 });
    await answerTo(picture(3));
    await expect
      .poll(
        () => {
          void ask(picture(3));
          return calls.length;
        },
        { interval: 5 },
      )
      .toBe(2);
  });

  test('is asked for anew once others took its place', async () => {
    const { calls, ask, answerTo } = await build({ maxRows: 4 });
    await answerTo(picture(1, 2));
    await answerTo(picture(2, 2));
    await answerTo(picture(3, 1));
    expect((await ask(picture(2, 2))).servedBy).toBe('cache');
    void ask(picture(1, 2));
    expect(calls).toHaveLength(4);
  });
});

describe('another input', () => {
  test('has another key, be the difference a pixel, the number of rows, or a version', () => {
    const versions = { model: 'mlp-1', preprocessing: '1' };
    const other = picture(3);
    other.pixels[63] = 4;
    const keys = [
      keyOf(picture(3), versions),
      keyOf(other, versions),
      keyOf(picture(3, 2), versions),
      keyOf(picture(3), { ...versions, model: 'xl-1' }),
      keyOf(picture(3), { ...versions, preprocessing: '2' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(picture(3), versions)).toBe(keys[0]);
  });
});

describe('while a question is under way', () => {
  test('those alike wait for its answer, and the model is asked once', async () => {
    const { calls, ask, lookups } = await build();
    const answers = [ask(picture(3)), ask(picture(3)), ask(picture(3))];
    calls[0]!.succeed();
    expect((await Promise.all(answers)).map(({ servedBy }) => servedBy)).toEqual([
      'primary',
      'cache',
      'cache',
    ]);
    expect(calls).toHaveLength(1);
    expect([await lookups('miss'), await lookups('shared'), await lookups('hit')]).toEqual([1, 2, 0]);
  });

  test('its error is theirs too, and the next question asks again', async () => {
    const { calls, ask } = await build();
    const answers = [ask(picture(3)), ask(picture(3))];
    const error = new ProtocolError(502, 'gone');
    calls[0]!.fail(error);
    for (const answer of answers) await expect(answer).rejects.toBe(error);
    void ask(picture(3));
    expect(calls).toHaveLength(2);
  });

  test('with singleFlight: false each is asked', async () => {
    const { calls, ask } = await build({ singleFlight: false });
    void ask(picture(3));
    void ask(picture(3));
    expect(calls).toHaveLength(2);
  });
});

describe('after a model was swapped', () => {
  test('an answer of the replaced version is not given, and is there again when that comes back', async () => {
    const { calls, ask, answerTo, swapTo } = await build();
    await answerTo(picture(3));
    swapTo('mlp-2');
    expect((await answerTo(picture(3))).version).toBe('mlp-2');
    swapTo('mlp-1');
    expect(await ask(picture(3))).toMatchObject({ version: 'mlp-1', servedBy: 'cache' });
    expect(calls).toHaveLength(2);
  });

  test('a question does not share the answer of a call to the replaced version', async () => {
    const { calls, ask, swapTo } = await build();
    void ask(picture(3));
    swapTo('mlp-2');
    void ask(picture(3));
    expect(calls).toHaveLength(2);
  });

  test('without versions in the key it goes on with the replaced one, as the usual sample does', async () => {
    const { calls, ask, answerTo, swapTo } = await build({ keyHasVersions: false });
    await answerTo(picture(3));
    swapTo('mlp-2');
    expect(await ask(picture(3))).toMatchObject({ version: 'mlp-1', servedBy: 'cache' });
    expect(calls).toHaveLength(1);
  });
});

describe("what isn't kept", () => {
  test.each([
    ["a stand-in's answer", { servedBy: 'fallback', version: 'lin-1' }],
    ['an answer of another version than was asked', { version: 'mlp-2' }],
  ] as [string, Partial<Answer>][])('%s', async (_, changes) => {
    const { calls, ask, answerTo } = await build();
    await answerTo(picture(3), changes);
    void ask(picture(3));
    expect(calls).toHaveLength(2);
  });

  test("a stand-in's answer that is shared stays a stand-in's", async () => {
    const { calls, ask } = await build();
    const answers = [ask(picture(3)), ask(picture(3))];
    calls[0]!.succeed({ servedBy: 'fallback', version: 'lin-1' });
    expect((await answers[1]!).servedBy).toBe('fallback');
  });
});

test('it says how many rows it keeps', async () => {
  const { answerTo, registry } = await build();
  await answerTo(picture(1, 3));
  await answerTo(picture(2));
  expect(await registry.getSingleMetricAsString(METRICS.cacheRows)).toContain(`${METRICS.cacheRows} 4`);
});
