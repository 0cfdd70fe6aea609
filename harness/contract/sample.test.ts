import { expect, test } from 'vitest';
import { packSample, readSamples, type Sample, sampleHeader, sampleRow, unpackSample } from './sample.ts';

const sample: Sample = {
  index: 7,
  latenessMs: 1,
  connectMs: 0.25,
  serviceMs: 3.125,
  status: 200,
  errorCode: 0,
  servedBy: 'fallback',
  reason: 'open',
  version: 'lin-1',
  faithful: true,
  right: false,
};

test('a sample survives the way through k6 and through its file', () => {
  expect(unpackSample(packSample(sample))).toEqual(sample);
  expect(readSamples(sampleHeader() + sampleRow(sample) + sampleRow(sample))).toEqual([sample, sample]);
});

test('a file cut off at any byte gives the whole samples before the cut', () => {
  const text = sampleHeader() + sampleRow(sample) + sampleRow({ ...sample, index: 8 });
  for (let length = 0; length <= text.length; length += 1) {
    const read = readSamples(text.slice(0, length));
    expect(read.map(({ index }) => index)).toEqual([7, 8].slice(0, read.length));
  }
});

test('what is no whole packed sample is left out', () => {
  for (const text of ['', '1|2', 'x|1|1|1|200|0|a|b|c|1|1', '|1|1|1|200|0|a|b|c|1|1']) {
    expect(unpackSample(text)).toBeUndefined();
  }
});
