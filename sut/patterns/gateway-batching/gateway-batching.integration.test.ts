import { afterEach, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { goldenOf, INFER_PATH, metricOf, pictures, post, serviceProcesses } from '../../test-kit.ts';

// Two processes, as in a trial, so that what comes at once really comes at once.

const MOST_ROWS = 8;
const AT_ONCE = 80;
const { start, end } = serviceProcesses();
afterEach(end);

test('what comes at once goes in fewer requests to a model server, and each client gets the answer to its own rows', async () => {
  const modelServer = await start('model-server', { versions: ['mlp-1'], patterns: {} });
  const gateway = await start('gateway', {
    modelServer,
    primary: 'mlp-1',
    fallback: 'lin-1',
    patterns: { 'gateway-batching': { maxRows: 32 } },
  });
  const golden = await goldenOf('mlp-1', MOST_ROWS);
  let asked = 0;
  async function askAtOnce(): Promise<number> {
    const rowsOf = (i: number) => 1 + (i % MOST_ROWS);
    const replies = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => post(gateway + INFER_PATH, pictures(rowsOf(i)))),
    );
    for (const [i, { status, body }] of replies.entries()) {
      expect(status).toBe(200);
      const { data } = body.outputs[0]!;
      expect(data).toHaveLength(10 * rowsOf(i));
      for (const [j, value] of data.entries()) expect(Math.abs(value - golden[j]!)).toBeLessThan(1e-5);
    }
    asked += AT_ONCE;
    return asked - (await metricOf(gateway, METRICS.upstreamStarted))!;
  }
  // How many of them a turn takes in is the machine's affair.
  await expect.poll(askAtOnce, { timeout: 30_000 }).toBeGreaterThan(AT_ONCE / 2);
  expect(await metricOf(gateway, METRICS.patternInFlight)).toBe(0);
});
