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
  expect(readSamples(sampleHeader() + sampleRow(sample) + sampleRow(sample))).toEqual({
    samples: [sample, sample],
    brokenLines: [],
  });
});

test('a file cut off at any byte gives the whole samples before the cut', () => {
  const text = sampleHeader() + sampleRow(sample) + sampleRow({ ...sample, index: 8 });
  for (let length = 0; length <= text.length; length += 1) {
    const { samples, brokenLines } = readSamples(text.slice(0, length));
    const rows = text.slice(0, length).split('\n').length - 2;
    expect(samples.map(({ index }) => index)).toEqual([7, 8].slice(0, Math.max(0, rows)));
    expect(brokenLines).toEqual([]);
  }
});

test.each([
  ['nothing', ''],
  ['too few fields', '1|2'],
  ['an index that is text', 'x|1|1|1|200|0|a|b|c|1|1'],
  ['no index', '|1|1|1|200|0|a|b|c|1|1'],
  ['an index below zero', '-1|1|1|1|200|0|a|b|c|1|1'],
  ['half an index', '1.5|1|1|1|200|0|a|b|c|1|1'],
  ['an index that no tape has', '1e300|1|1|1|200|0|a|b|c|1|1'],
  ['a time without end', '1|1|1|Infinity|200|0|a|b|c|1|1'],
  ['a time that is no number', '1|1|1|NaN|200|0|a|b|c|1|1'],
  ['half a status', '1|1|1|1|200.5|0|a|b|c|1|1'],
  ['a flag that is neither yes nor no', '1|1|1|1|200|0|a|b|c|yes|1'],
  ['the line end of Windows', '1|1|1|1|200|0|a|b|c|1|1\r'],
  ['a NUL', '1|1|1|1|200|0|a|b|c|1|\0'],
])('%s is no sample: it is left out of the stream, and named by its line in a file', (_, packed) => {
  expect(unpackSample(packed)).toBeUndefined();
  const row = packed.replaceAll('|', ',');
  const file = `${sampleHeader()}${sampleRow(sample)}${row}\n${sampleRow(sample)}`;
  expect(readSamples(file)).toEqual({ samples: [sample, sample], brokenLines: [3] });
});

test('whatever a server declares, its sample survives', () => {
  const odd = { ...sample, servedBy: 'a,b|c', reason: 's=1&"x"\n', version: 'é\0' };
  const expected = { ...sample, servedBy: 'a_b_c', reason: 's_1__x__', version: '__' };
  expect(unpackSample(packSample(odd))).toEqual(expected);
  expect(readSamples(sampleHeader() + sampleRow(odd)).samples).toEqual([expected]);
});
