import { expect, test } from 'vitest';
import { readReport } from './wrk.ts';

const REPORT = `Running 6s test @ http://127.0.0.1:18300/v2/models/digits/infer
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.47ms    4.01ms  51.50ms   91.79%
    Req/Sec    10.48k     2.11k   12.78k    86.67%
  Latency Distribution
     50%  843.00us
     75%    6.43ms
     90%    8.90ms
     99%    1.20s
  62943 requests in 6.04s, 32.65MB read
Requests/sec:  10420.41
Transfer/sec:      5.41MB
Far 1234500 us
`;

test("the figures of wrk's report are read in one unit", () => {
  expect(readReport(REPORT)).toEqual({
    requests: 62_943,
    requestsPerSecond: 10_420.41,
    p50Ms: 0.843,
    p99Ms: 1_200,
    p999Ms: 1_234.5,
  });
});

test.each([
  ['a request that was refused', '  Non-2xx or 3xx responses: 7\n'],
  ['a connection that broke', '  Socket errors: connect 0, read 3, write 0, timeout 0\n'],
])('a report with %s is no measurement', (_, line) => {
  expect(() => readReport(REPORT.replace('Requests/sec', `${line}Requests/sec`))).toThrow(line.trim());
});

test('what is no report is said so', () => {
  expect(() => readReport('unable to connect')).toThrow("wrk's report has no");
});
