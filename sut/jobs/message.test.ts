import { expect, test } from 'vitest';
import { prefersAsync } from '../protocol/jobs.ts';
import { jobMessage, jobOf, namesOf, resultHeaders, shortNames, stateIn } from './message.ts';

const question = { rows: 2, pixels: Float32Array.from({ length: 128 }, (_, i) => i / 7) };
const job = { version: 'xl-1', question, acceptedAt: 1_700_000_000_000 };

test('a job comes out of its message as it went in', () => {
  expect(jobOf(jobMessage(job))).toEqual(job);
});

test('a result tells how its job ended', () => {
  for (const state of ['done', 'failed'] as const) expect(stateIn(resultHeaders(state))).toBe(state);
});

test('the same question under the same key is the same job; another question is another, which the broker takes for a repetition', () => {
  const { data } = jobMessage(job);
  const other = jobMessage({ ...job, question: { rows: 1, pixels: new Float32Array(64) } }).data;
  const names = namesOf('order-1', data);
  expect(namesOf('order-1', data)).toEqual(names);
  expect(namesOf('order-1', other).id).not.toBe(names.id);
  expect(namesOf('order-1', other).once).toBe(names.once);
  expect(namesOf('order-2', data).id).not.toBe(names.id);
  expect(namesOf('order-2', data).once).not.toBe(names.once);
});

test('without a key each job is another', () => {
  const { data } = jobMessage(job);
  expect(namesOf(undefined, data)).not.toEqual(namesOf(undefined, data));
  for (const key of ['order-1', undefined])
    expect(namesOf(key, data).id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(shortNames().id).toMatch(/^[0-9a-f]{6}$/);
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
