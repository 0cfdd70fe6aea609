import { afterEach, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { INFER_PATH, metricOf, pictures, post, serviceProcesses } from '../../test-kit.ts';

// Two processes, as in a trial: what a client says of its urgency has to come through the gateway.

const ROWS = 256;
const BUSY = 6;
const { start, end } = serviceProcesses();
afterEach(end);

test('a request whose timeout passes while it waits is answered 504 by the gateway, and none of its rows is computed', async () => {
  const modelServer = await start('model-server', {
    versions: ['xl-1'],
    patterns: { 'batch-inference': {} },
  });
  const gateway = await start('gateway', { modelServer, primary: 'xl-1', fallback: 'lin-1', patterns: {} });
  const computed = () => metricOf(modelServer, `${METRICS.modelRunRows}_sum`);
  // Each is a run of its own: while two are there, what comes waits for the end of one at least.
  const busy = Array.from({ length: BUSY }, () => post(gateway + INFER_PATH, pictures(ROWS)));
  await expect
    .poll(() => metricOf(modelServer, METRICS.modelQueueDepth), { interval: 1, timeout: 20_000 })
    .toBeGreaterThanOrEqual(2);
  const late = await post(
    gateway + INFER_PATH,
    pictures(ROWS).replace('{', '{"parameters":{"timeout":1000},'),
  );
  expect(late.status).toBe(504);
  expect(late.body.error).toContain('1000 µs');
  expect((await Promise.all(busy)).map(({ status }) => status)).toEqual(new Array(BUSY).fill(200));
  expect(await computed()).toBe(BUSY * ROWS);
  expect(await metricOf(modelServer, METRICS.patternTurnedAway)).toBe(1);
});
