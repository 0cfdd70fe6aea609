import { expect, test } from 'vitest';
import type { Sample } from './sample.ts';
import {
  addSample,
  answeredWithin,
  blankSamples,
  came,
  correctWithin,
  eachSample,
  responseMs,
  sampleAt,
  samplesFrom,
} from './samples.ts';

const sample: Sample = {
  index: 2,
  latenessMs: 1.5,
  connectMs: 0.25,
  serviceMs: 3.125,
  status: 200,
  errorCode: 0,
  servedBy: 'fallback',
  reason: 'open',
  version: 'lin-1',
  faithful: true,
  right: true,
};

test('a sample lies at its position on the tape, as it came', () => {
  const samples = samplesFrom(4, [sample]);
  expect(sampleAt(samples, 2)).toEqual(sample);
  expect([...eachSample(samples)]).toEqual([sample]);
  expect(samples.count).toBe(1);
  expect([0, 1, 2, 3].map((i) => came(samples, i))).toEqual([false, false, true, false]);
  expect(sampleAt(samples, 0)).toBeUndefined();
  expect(responseMs(samples, 2)).toBe(4.875);
});

test('a second sample of a request, and one beyond the tape, change nothing', () => {
  const samples = samplesFrom(4, [sample]);
  expect(addSample(samples, { ...sample, status: 503 })).toBe(false);
  expect(addSample(samples, { ...sample, index: 4 })).toBe(false);
  expect(samples).toEqual(samplesFrom(4, [sample]));
});

test.each<[string, Partial<Sample>, boolean, boolean]>([
  ['in time, faithful and right', {}, true, true],
  ['exactly at the deadline', { serviceMs: 98.25 }, true, true],
  ['a microsecond late', { serviceMs: 98.251 }, false, false],
  ['not 200', { status: 503 }, false, false],
  ['not faithful', { faithful: false }, true, false],
  ['not right', { right: false }, true, false],
])('an answer that is %s is counted so', (_, change, answered, correct) => {
  const samples = samplesFrom(4, [{ ...sample, ...change }]);
  expect(answeredWithin(samples, 2, 100)).toBe(answered);
  expect(correctWithin(samples, 2, 100)).toBe(correct);
});

test('a request without a sample was not answered', () => {
  expect(answeredWithin(blankSamples(1), 0, Number.POSITIVE_INFINITY)).toBe(false);
});

test('a server that declares a new word with each answer has its first 65,000 told apart', () => {
  const samples = blankSamples(70_000);
  for (let index = 0; index < 70_000; index += 1)
    addSample(samples, { ...sample, index, reason: `r${index}` });
  expect(sampleAt(samples, 65_000)!.reason).toBe('r65000');
  expect(sampleAt(samples, 69_999)!.reason).toBe('(further)');
  expect(samples.words.length).toBeLessThanOrEqual(65_535);
});
