import { expect, test } from 'vitest';
import { prefersAsync } from '../protocol/jobs.ts';
import { isSameQuestion, jobMessage, jobOf, newId, resultHeaders, shortId, stateIn } from './message.ts';

const question = { rows: 2, pixels: Float32Array.from({ length: 128 }, (_, i) => i / 7) };
const job = { version: 'xl-1', question, acceptedAt: 1_700_000_000_000 };

test('a job comes out of its message as it went in', () => {
  expect(jobOf(jobMessage(job))).toEqual(job);
});

test('a result tells how its job ended, and which question it answers', () => {
  const { headers } = jobMessage(job);
  for (const state of ['done', 'failed'] as const) {
    const result = resultHeaders(state, headers);
    expect(stateIn(result)).toBe(state);
    expect(isSameQuestion(result, headers)).toBe(true);
  }
  const other = jobMessage({ ...job, question: { rows: 1, pixels: new Float32Array(64) } });
  expect(isSameQuestion(other.headers, headers)).toBe(false);
});

test('the same key is the same id, another key another; without a key each is new', () => {
  expect(newId('order-1')).toBe(newId('order-1'));
  expect(newId('order-1')).not.toBe(newId('order-2'));
  expect(newId(undefined)).not.toBe(newId(undefined));
  for (const id of [newId('order-1'), newId(undefined)])
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(shortId()).toMatch(/^[0-9a-f]{6}$/);
});

test.each([
  ['respond-async', true],
  ['wait=10, respond-async', true],
  ['Respond-Async', true],
  ['wait=10', false],
  ['respond-asynchronously', false],
  [undefined, false],
])('a client that sends Prefer: %s prefers a job: %s', (prefer, wanted) => {
  expect(prefersAsync(prefer)).toBe(wanted);
});
