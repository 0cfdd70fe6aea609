import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { buildGateway } from '../../gateway/server.ts';
import { fakeServer, INFER_PATH, listen, metricOf, pictures, post } from '../../test-kit.ts';
import type { OverloadLimitOptions } from './options.ts';

const ANSWER = JSON.stringify({ model_version: 'mlp-1', outputs: [{ data: new Array(10).fill(0.1) }] });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A gateway with room for one call, before a model server that answers when the test lets it. */
async function start(options: Partial<OverloadLimitOptions>) {
  const waiting: ServerResponse[] = [];
  const { server, address: modelServer } = await fakeServer((_, response) => waiting.push(response));
  closing.push(() => server.close());
  const { app } = await buildGateway({
    service: 'gateway',
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    modelServer,
    upstreamConnections: 8,
    primary: 'mlp-1',
    fallback: 'lin-1',
    patterns: { 'overload-limit': { maxInFlight: 1, fallsBack: true, retryAfterSeconds: 3, ...options } },
  });
  closing.push(() => app.close());
  const address = await listen(app);
  const ask = () => post(address + INFER_PATH, pictures(1));
  const first = ask();
  await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(1);
  return { address, ask, first, waiting };
}

test('over the limit a client has its answer while the one before it still waits', async () => {
  const { address, ask, first, waiting } = await start({});
  const { status, body } = await ask();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    model_version: 'lin-1',
    parameters: { served_by: 'fallback', fallback_reason: 'overload' },
  });
  expect(await metricOf(address, 'pattern_calls_in_flight')).toBe(1);
  expect(await metricOf(address, 'pattern_turned_away_total')).toBe(1);
  expect(waiting).toHaveLength(1);
  waiting[0]!.end(ANSWER);
  expect((await first).body.parameters).toEqual({ served_by: 'primary' });
});

test('without a fallback it is told when to come back, and then there is room', async () => {
  const { address, ask, first, waiting } = await start({ fallsBack: false });
  const headers = { 'content-type': 'application/json' };
  const refused = await fetch(address + INFER_PATH, { method: 'POST', headers, body: pictures(1) });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('3');
  expect(await refused.json()).toEqual({ error: expect.stringContaining('come back later') });
  waiting[0]!.end(ANSWER);
  await first;
  const second = ask();
  await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2);
  waiting[1]!.end(ANSWER);
  expect((await second).status).toBe(200);
});
