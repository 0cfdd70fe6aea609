import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { patternMetrics } from '../../telemetry/metrics.ts';
import type { Answer, Question, RoomContext } from '../room.ts';
import { gatewayBatching } from './gateway-batching.ts';

const PIXELS = 64;

/** Its pixels are all `value`, so that an answer tells whose it is. */
const questionOf = (value: number, changes: Partial<Question> = {}): Question => {
  const rows = changes.rows ?? 1;
  return { rows, pixels: new Float32Array(rows * PIXELS).fill(value), ...changes };
};

/** The answer to each row is its first pixel, ten times. */
const answerTo = ({ rows, pixels }: Question): Answer => ({
  version: 'mlp-1',
  servedBy: 'primary',
  probabilities: Float32Array.from({ length: rows * 10 }, (_, i) => pixels[Math.floor(i / 10) * PIXELS]!),
});

interface Asked {
  question: Question;
  signal: AbortSignal | undefined;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** A model server that answers when the test lets it. */
function build({ maxRows = 128 } = {}) {
  const asked: Asked[] = [];
  const registry = new Registry();
  const predict = gatewayBatching.wrap(
    (question, signal) =>
      new Promise((resolve, reject) => {
        asked.push({ question, signal, resolve, reject });
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
    { maxRows },
    { metrics: patternMetrics(registry)('gateway-batching') } as unknown as RoomContext,
  );
  const metric = async (name: string) =>
    (await registry.getSingleMetric(name)!.get()).values.find(
      ({ labels }) => labels['pattern'] === 'gateway-batching',
    )?.value ?? 0;
  return { asked, predict, metric };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const answerAll = (asked: readonly Asked[]) => {
  for (const { question, resolve } of asked) resolve(answerTo(question));
};
const firstOf = async (answer: Promise<Answer>) => (await answer).probabilities[0];

test('calls of one turn are one request, and each gets the answers to its own rows', async () => {
  const { asked, predict } = build();
  const answers = [1, 2, 3].map((value) => predict(questionOf(value, { rows: value })));
  await turn();
  expect(asked.map(({ question }) => question.rows)).toEqual([6]);
  answerAll(asked);
  for (const [i, answer] of (await Promise.all(answers)).entries()) {
    expect([...(answer.probabilities as Float32Array)]).toEqual(new Array((i + 1) * 10).fill(i + 1));
    expect(answer).toMatchObject({ version: 'mlp-1', servedBy: 'primary' });
  }
});

test('a call that comes alone is passed on as it is, and so is its answer', async () => {
  const { asked, predict } = build();
  const [question, caller] = [questionOf(1), new AbortController()];
  const call = predict(question, caller.signal);
  await turn();
  expect(asked).toEqual([expect.objectContaining({ question, signal: caller.signal })]);
  const own = answerTo(question);
  asked[0]!.resolve(own);
  expect(await call).toBe(own);
});

test('those of the next turn wait for nothing that is under way', async () => {
  const { asked, predict } = build();
  void predict(questionOf(1));
  await turn();
  const next = predict(questionOf(2));
  await turn();
  expect(asked).toHaveLength(2);
  answerAll(asked.slice(1));
  expect(await firstOf(next)).toBe(2);
});

test('a request has no more rows than it may, but for a call that has more by itself', async () => {
  const { asked, predict } = build({ maxRows: 4 });
  for (const rows of [3, 2, 1, 1, 9]) void predict(questionOf(1, { rows }));
  await turn();
  expect(asked.map(({ question }) => question.rows)).toEqual([3, 4, 9]);
});

test('calls that differ in urgency, or in whose they are, go apart', async () => {
  const { asked, predict } = build();
  const urgencies = [undefined, { priority: 1 }, { tenant: 'a' }, { priority: 1 }, { timeout: 5_000 }];
  for (const urgency of urgencies) void predict(questionOf(1, urgency ? { urgency } : {}));
  await turn();
  expect(asked.map(({ question: { rows, urgency } }) => [rows, urgency])).toEqual([
    [1, undefined],
    [2, { priority: 1 }],
    [1, { tenant: 'a' }],
    [1, { timeout: 5_000 }],
  ]);
});

describe('a call that nobody waits for any more', () => {
  test('is not sent where its turn is not over', async () => {
    const { asked, predict, metric } = build();
    const caller = new AbortController();
    const gone = predict(questionOf(1), caller.signal);
    void predict(questionOf(2));
    caller.abort(new Error('nobody waits'));
    await expect(gone).rejects.toThrow('nobody waits');
    await turn();
    expect(asked.map(({ question }) => question.pixels[0])).toEqual([2]);
    expect(await metric(METRICS.patternTurnedAway)).toBe(1);
  });

  test('ends at once, and its neighbours get their answers', async () => {
    const { asked, predict } = build();
    const caller = new AbortController();
    const gone = predict(questionOf(1), caller.signal);
    const neighbour = predict(questionOf(2));
    await turn();
    caller.abort(new Error('nobody waits'));
    await expect(gone).rejects.toThrow('nobody waits');
    expect(asked[0]!.signal!.aborted).toBe(false);
    answerAll(asked);
    expect(await firstOf(neighbour)).toBe(2);
  });

  test('takes the request along when it is the last of them', async () => {
    const { asked, predict, metric } = build();
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => predict(questionOf(1), signal));
    await turn();
    expect(await metric(METRICS.patternInFlight)).toBe(2);
    for (const caller of callers) caller.abort(new Error('nobody waits'));
    for (const call of calls) await expect(call).rejects.toThrow('nobody waits');
    expect(asked[0]!.signal!.aborted).toBe(true);
    await turn();
    expect(await metric(METRICS.patternInFlight)).toBe(0);
  });
});

test('what befalls the request befalls all of its calls, and none after it', async () => {
  const { asked, predict, metric } = build();
  const calls = [predict(questionOf(1)), predict(questionOf(2))];
  await turn();
  asked[0]!.reject(new Error('gone'));
  for (const call of calls) await expect(call).rejects.toThrow('gone');
  await turn();
  expect(await metric(METRICS.patternInFlight)).toBe(0);
  const next = predict(questionOf(3));
  await turn();
  answerAll(asked.slice(1));
  expect(await firstOf(next)).toBe(3);
});

test('another number of answers is an error, and no mix-up', async () => {
  const { asked, predict } = build();
  const calls = [predict(questionOf(1)), predict(questionOf(2))];
  await turn();
  asked[0]!.resolve({ ...answerTo(questionOf(1)), probabilities: new Float32Array(7) });
  for (const call of calls) await expect(call).rejects.toThrow('2 rows gave 7');
});

test('a model server that answers in decimals is read all the same', async () => {
  const { asked, predict } = build();
  const calls = [predict(questionOf(1)), predict(questionOf(2))];
  await turn();
  const { question, resolve } = asked[0]!;
  const answer = answerTo(question);
  resolve({ ...answer, probabilities: Array.from(answer.probabilities) });
  expect(await Promise.all(calls.map(firstOf))).toEqual([1, 2]);
});
