import { expect, test } from 'vitest';
import { BYTES, floatsOf, HEADER_LENGTH, readBinary, type WithBytes } from '#sut/protocol/binary.ts';
import { FEATURES, type InferRequest } from '#sut/protocol/infer.ts';
import { countingQuestionTo, type Question, questionTo } from './question.ts';

/** What wrk sends as the request of a count, by its own arithmetic. */
function counted({ body, counter }: Question, count: number): Uint8Array {
  const sent = Uint8Array.from(body);
  for (const at of counter!.at) {
    for (let place = 0, rest = count; place < counter!.places; place += 1) {
      sent[at + place * counter!.every] = (counter!.base === 10 ? 48 : 0) + (rest % counter!.base);
      rest = Math.floor(rest / counter!.base);
    }
  }
  return sent;
}

test('in JSON, the first pixels of every row count', async () => {
  const question = await countingQuestionTo('mlp-1', 'JSON', 3);
  const { inputs } = JSON.parse(Buffer.from(counted(question, 120)).toString()) as InferRequest;
  for (const row of [0, 1, 2])
    expect(inputs[0]!.data!.slice(row * FEATURES, row * FEATURES + 9)).toEqual([
      ...[0, 2, 1, 0, 0, 0, 0, 0],
      expect.any(Number),
    ]);
  expect(inputs[0]!.data).toHaveLength(3 * FEATURES);
});

test('in binary, they do so in their lowest bytes, and stay nearly what they are', async () => {
  const question = await countingQuestionTo('mlp-1', 'binary', 2);
  const read = (count: number) => {
    const body = counted(question, count);
    const { inputs } = readBinary(question.headers[HEADER_LENGTH], body, 'inputs') as { inputs: WithBytes[] };
    return floatsOf(inputs[0]![BYTES]!);
  };
  const [one, other] = [read(1), read(300)];
  for (const row of [0, 1]) {
    const [a, b] = [one, other].map((floats) => floats.slice(row * FEATURES, row * FEATURES + 2));
    expect(a).not.toEqual(b);
    for (const pixel of b!) expect(pixel).toBeCloseTo(8, 3);
  }
  expect(one.slice(8, FEATURES)).toEqual(other.slice(8, FEATURES));
});

test('a plain server is asked for the same rows, in a form of its own', async () => {
  const json = await questionTo('mlp-1', 'JSON', 2, 'plain');
  const { rows } = JSON.parse(Buffer.from(json.body).toString()) as { rows: number[][] };
  const binary = await questionTo('mlp-1', 'binary', 2, 'plain');
  expect(Array.from(floatsOf(binary.body))).toEqual(rows.flat());
  expect(json.golden).toEqual(binary.golden);
  const probabilities = [0, 1].map((row) => Array.from(json.golden.subarray(row * 10, (row + 1) * 10)));
  json.check({ 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ probabilities })));
  expect(() => json.check({}, Buffer.from(JSON.stringify({ probabilities: [[1], [0]] })))).toThrow('off by');
});
