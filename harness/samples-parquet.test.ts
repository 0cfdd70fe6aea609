import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { Sample } from '#contract/sample.ts';
import { blankSamples, samplesFrom } from '#contract/samples.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { GOOD, T0, trialView } from '#slo/fixture.ts';
import { SAMPLE_COLUMNS, samplesFromParquet, samplesToParquet } from './samples-parquet.ts';

const seen: (Partial<Sample> | null)[] = [
  {},
  { status: 0, errorCode: 1050, serviceMs: 1_000, servedBy: '', version: '', faithful: false, right: false },
  { servedBy: 'fallback', reason: 'open', version: 'lin-1', right: false },
  { latenessMs: -0.002, connectMs: 600_000 },
  null,
];
const varied = () => trialView({ outcome: (atMs) => seen[(atMs / 10) % seen.length]! });

function withSamples(view: TrialView, all: readonly Sample[]): TrialView {
  return { ...view, samples: samplesFrom(view.tape.atMs.length, all) };
}

describe('the samples of a trial as a Parquet file', () => {
  test('are read back as they were', async () => {
    const view = varied();
    const read = await samplesFromParquet(samplesToParquet(view), view.tape.atMs.length);
    expect(read).toEqual({ samples: view.samples, problems: [] });
  });

  test('may be none, or more than a row group holds', async () => {
    const view = trialView();
    for (const count of [0, 100_001]) {
      const atMs = Array.from({ length: count }, (_, i) => i);
      const tape = { ...view.tape, atMs, key: atMs };
      const samples = samplesFrom(
        count,
        atMs.map((index) => ({ ...GOOD, index, serviceMs: index % 977 })),
      );
      const read = await samplesFromParquet(samplesToParquet({ ...view, tape, samples }), count);
      expect(read.samples).toEqual(samples);
    }
  });

  test('stand beside what the plan and the facts say of each request', async () => {
    const view = varied();
    const rows = await parquetReadObjects({ file: samplesToParquet(view).buffer as ArrayBuffer });
    expect(Object.keys(rows[0]!)).toEqual(Object.keys(SAMPLE_COLUMNS));
    expect(rows).toHaveLength(view.samples.count);
    const [row] = rows.filter(({ planned_ms }) => planned_ms === 12_010);
    expect(row).toMatchObject({ index: 1_201, phase: 'fault', key: 0, status: 0, error_code: 1050 });
  });

  test('say in the file whose they are', () => {
    const metadata = parquetMetadata(samplesToParquet(varied()).buffer as ArrayBuffer);
    expect(metadata.key_value_metadata).toEqual([
      { key: 'experiment', value: 'fixture' },
      { key: 'trial', value: '1-candidate' },
      { key: 'variant', value: 'candidate' },
      { key: 't0', value: String(T0) },
    ]);
  });

  test('of a longer tape are told apart from those of this one', async () => {
    const file = samplesToParquet(withSamples(trialView(), [{ ...GOOD, index: 2_999 }]));
    expect(await samplesFromParquet(file, 2_999)).toEqual({
      samples: blankSamples(2_999),
      problems: ['a sample of request 2999, where the tape ends at 2998'],
    });
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('index,planned_ms\n1,2\n')],
    ['half of a file', samplesToParquet(varied()).subarray(0, 5_000)],
  ])('are no samples when the file holds %s', async (_, content) => {
    await expect(samplesFromParquet(content, 10)).rejects.toThrow();
  });
});
