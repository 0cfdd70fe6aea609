import { expect, test } from 'vitest';
import { packSample } from '#contract/sample.ts';
import { samplesOf } from './k6.ts';

const packed = (index: number) =>
  packSample({
    index,
    latenessMs: 0,
    connectMs: 0,
    serviceMs: 2,
    status: 200,
    errorCode: 0,
    servedBy: 'primary',
    reason: '',
    version: 'mlp-1',
    faithful: true,
    right: true,
  });

test("finds the samples among the rows of k6's other metrics", () => {
  const rows = [
    'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,extra_tags,metadata',
    'http_req_duration,1763000000000000,2.5,,,,,,,',
    `sample,1763000000000001,2.0,,,,,,,s=${packed(3)}`,
    'iteration_duration,1763000000000001,3.0,,,,,,,',
    `sample,1763000000000002,2.0,,,,,,,s=${packed(4)}`,
    'sample,1763000000000003,2.0,,,,,,,',
  ];
  expect(samplesOf(`${rows.join('\n')}\n`).map(({ index }) => index)).toEqual([3, 4]);
});
