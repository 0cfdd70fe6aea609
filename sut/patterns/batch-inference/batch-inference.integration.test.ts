import type { IncomingMessage } from 'node:http';
import { Default } from 'typebox/value';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { type ModelServerConfig, ModelServerConfigSchema } from '../../model-server/config.ts';
import { buildModelServer } from '../../model-server/server.ts';
import { INFER_PATH, listen, metricOf, pictures, post, serviceProcesses } from '../../test-kit.ts';

// Real processes, as in a trial: that nobody waits for an answer any more has to be known where it would be computed.

const ROWS = 256;
const BUSY = 6;
const { start, end } = serviceProcesses();
afterEach(end);

const batching = { versions: ['xl-1'], patterns: { 'batch-inference': {} } };

/** Asks for runs that keep the thread busy: each is a run of its own. */
async function keepBusy(address: string, modelServer: string) {
  const busy = Array.from({ length: BUSY }, () => post(address + INFER_PATH, pictures(ROWS)));
  // While two are there, what comes waits for the end of one at least.
  await expect
    .poll(() => queueDepth(modelServer), { interval: 1, timeout: 20_000 })
    .toBeGreaterThanOrEqual(2);
  return async () => (await Promise.all(busy)).map(({ status }) => status);
}

const queueDepth = (modelServer: string) => metricOf(modelServer, METRICS.modelQueueDepth);
const computed = (modelServer: string) => metricOf(modelServer, `${METRICS.modelRunRows}_sum`);
const allRight = new Array(BUSY).fill(200);

test('a request whose timeout passes while it waits is answered 504 by the gateway, and none of its rows is computed', async () => {
  const modelServer = await start('model-server', batching);
  const gateway = await start('gateway', { modelServer, primary: 'xl-1', fallback: 'lin-1', patterns: {} });
  const statuses = await keepBusy(gateway, modelServer);
  const late = await post(
    gateway + INFER_PATH,
    pictures(ROWS).replace('{', '{"parameters":{"timeout":1000},'),
  );
  expect(late.status).toBe(504);
  expect(late.body.error).toContain('1000 µs');
  expect(await statuses()).toEqual(allRight);
  expect(await computed(modelServer)).toBe(BUSY * ROWS);
  expect(await metricOf(modelServer, METRICS.patternTurnedAway)).toBe(1);
});

test('of a request whose client hangs up while it waits no row is computed', async () => {
  const config = Default(ModelServerConfigSchema, {
    ...batching,
    service: 'model-server',
    port: 0,
    logLevel: 'silent',
  }) as ModelServerConfig;
  // In this process, so that it is known when the request is there.
  const { app } = await buildModelServer(config);
  onTestFinished(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  const address = await listen(app);
  const arrived = new Promise<void>((resolve) => {
    app.server.on('request', (request: IncomingMessage) => {
      if (request.headers['x-test'] === 'hangs up') request.once('end', () => setImmediate(resolve));
    });
  });
  const statuses = await keepBusy(address, address);
  const client = new AbortController();
  const abandoned = fetch(address + INFER_PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-test': 'hangs up' },
    body: pictures(ROWS),
    signal: client.signal,
  });
  const refused = expect(abandoned).rejects.toMatchObject({ name: 'AbortError' });
  await arrived;
  client.abort();
  await refused;
  expect(await statuses()).toEqual(allRight);
  await expect.poll(() => queueDepth(address)).toBe(0);
  expect(await computed(address)).toBe(BUSY * ROWS);
  expect(await metricOf(address, METRICS.patternTurnedAway)).toBe(1);
});
