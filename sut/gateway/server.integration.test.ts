import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Default } from 'typebox/value';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { METRICS, type Metric, metrics } from '#contract/metrics.ts';
import { buildModelServer } from '../model-server/server.ts';
import { largestDifference } from '../models/answers.ts';
import { type ModelVersion, models } from '../models/catalog.ts';
import { HEADER_LENGTH, readBinary } from '../protocol/binary.ts';
import type { InferRequest, InferResponse } from '../protocol/infer.ts';
import {
  BAD_REQUESTS,
  fakeServer,
  goldenOf,
  INFER_PATH,
  listen,
  metricOf,
  pictures,
  post,
  postBinary,
  type ServiceChild,
  startMain,
} from '../test-kit.ts';
import { type GatewayConfig, GatewayConfigSchema } from './config.ts';
import { buildGateway } from './server.ts';

/** Nothing listens there: port 1 is reserved and needs rights that a test has not. */
const NOWHERE = 'http://127.0.0.1:1';

const open: { close(): Promise<unknown> | unknown }[] = [];
afterEach(async () => {
  // Callers before their callees, as they were opened last.
  for (const each of open.splice(0).reverse()) await each.close();
});

function configFor(modelServer: string, changes: Partial<GatewayConfig> = {}): GatewayConfig {
  return Default(GatewayConfigSchema, {
    service: 'gateway',
    port: 0,
    logLevel: 'silent',
    modelServer,
    primary: 'mlp-1',
    fallback: 'lin-1',
    ...changes,
  }) as GatewayConfig;
}

async function startGateway(modelServer: string, changes: Partial<GatewayConfig> = {}) {
  const { app, version, swapTo } = await buildGateway(configFor(modelServer, changes));
  open.push(app);
  return { app, version, swapTo, address: await listen(app) };
}

async function startModelServer(
  versions: ModelVersion[] = ['mlp-1'],
): Promise<{ app: FastifyInstance; address: string }> {
  const { app } = await buildModelServer({
    service: 'model-server',
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    versions,
    threads: 1,
    provider: 'cpu',
    patterns: {},
  });
  open.push(app);
  return { app, address: await listen(app) };
}

/** A model server that does as the test says, for what the real one does not do on command. */
async function startFake(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const { server, address } = await fakeServer(answer);
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { server, address };
}

const golden = new Map<ModelVersion, Float32Array>();
beforeAll(async () => {
  for (const version of ['mlp-1', 'lin-1'] as const) golden.set(version, await goldenOf(version, 256));
});

function expectGolden(body: InferResponse, version: ModelVersion, rows: number): void {
  expect(body.model_version).toBe(version);
  expect(body.outputs[0]!.shape).toEqual([rows, 10]);
  const expected = golden.get(version)!.subarray(0, rows * 10);
  expect(largestDifference(Float32Array.from(body.outputs[0]!.data), expected)).toBeLessThanOrEqual(
    models[version].tolerance,
  );
}

describe('in front of a model server', () => {
  test.each([1, 2, 256])('an answer of %i rows is the golden one and says primary', async (rows) => {
    const { address } = await startGateway((await startModelServer()).address);
    for (const nested of [false, true]) {
      const { status, body } = await post(address + INFER_PATH, pictures(rows, nested));
      expect(status).toBe(200);
      expect(body.parameters).toEqual({ served_by: 'primary' });
      expectGolden(body, 'mlp-1', rows);
    }
  });

  test('an answer carries the id of its request, which may name the version', async () => {
    const { address } = await startGateway((await startModelServer()).address);
    const body = pictures(1).replace('{', '{"id":"a-7",');
    const reply = await post(`${address}/v2/models/digits/versions/mlp-1/infer`, body);
    expect(reply).toMatchObject({ status: 200, body: { id: 'a-7' } });
  });

  test.each([1, 256])('an answer of %i rows in bytes is the golden one too', async (rows) => {
    const { address } = await startGateway((await startModelServer()).address);
    const { response, probabilities } = await postBinary(address + INFER_PATH, rows);
    expect(response).toMatchObject({ model_version: 'mlp-1', parameters: { served_by: 'primary' } });
    expect(probabilities).toHaveLength(rows * 10);
    const distance = largestDifference(probabilities, golden.get('mlp-1')!.subarray(0, rows * 10));
    expect(distance).toBeLessThanOrEqual(models['mlp-1'].tolerance);
  });

  test('after a swap every request asks for the other version, and gets its answer', async () => {
    const { address, swapTo, version } = await startGateway(
      (await startModelServer(['mlp-1', 'lin-1'])).address,
    );
    await swapTo('lin-1');
    expect(version()).toBe('lin-1');
    expectGolden((await post(address + INFER_PATH, pictures(2))).body, 'lin-1', 2);
    expect((await post(`${address}/v2/models/digits/versions/mlp-1/infer`, pictures(1))).status).toBe(404);
    expect((await fetch(`${address}/v2/health/ready`)).status).toBe(200);
  });

  test.each(['xl-1', 'mlp-9'])(
    'a swap to %s, which is not there, is refused and changes nothing',
    async (to) => {
      const { address, swapTo } = await startGateway((await startModelServer()).address);
      await expect(swapTo(to)).rejects.toThrow(to);
      expectGolden((await post(address + INFER_PATH, pictures(1))).body, 'mlp-1', 1);
    },
  );

  test('what a request says of its urgency is sent on, and what else it says is not', async () => {
    const said: unknown[] = [];
    const answer = { model_version: 'mlp-1', outputs: [{ data: new Array(10).fill(0.1) }] };
    const fake = await startFake((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const length = request.headers[HEADER_LENGTH] as string;
        said.push((readBinary(length, Buffer.concat(chunks), 'inputs') as InferRequest).parameters);
        response.end(JSON.stringify(answer));
      });
    });
    const { address } = await startGateway(fake.address);
    for (const text of ['{"timeout":5000,"priority":2,"sequence_id":7}', '{"timeout":0,"priority":0}']) {
      await post(address + INFER_PATH, pictures(1).replace('{', `{"parameters":${text},`));
    }
    expect(said).toEqual([
      { timeout: 5_000, priority: 2, binary_data_output: true },
      { binary_data_output: true },
    ]);
  });

  test('it is ready while the model server is, and not when that is gone', async () => {
    const modelServer = await startModelServer();
    const { address } = await startGateway(modelServer.address);
    expect((await fetch(`${address}/v2/health/ready`)).status).toBe(200);
    await modelServer.app.close();
    const after = await fetch(`${address}/v2/health/ready`);
    expect(after.status).toBe(503);
    expect(await after.json()).toEqual({ error: expect.stringContaining("can't be reached") });
    expect((await fetch(`${address}/v2/health/live`)).status).toBe(200);
  });

  test('it is not ready when the model server answers the golden input wrongly', async () => {
    const wrong = { model_version: 'mlp-1', outputs: [{ data: new Array(10).fill(0.1) }] };
    const fake = await startFake((_, response) => response.end(JSON.stringify(wrong)));
    const { address } = await startGateway(fake.address);
    const ready = await fetch(`${address}/v2/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ error: expect.stringContaining('wrongly') });
  });

  test('it publishes every metric that is its own', async () => {
    // A cache counts its rows in memory, and its calls to a Redis: no one has both.
    const texts = (['memory', 'redis'] as const).map(async (store) => {
      const patterns = { 'circuit-breaker': {}, 'prediction-cache': { store } };
      const { address } = await startGateway(NOWHERE, { patterns, redis: 'redis://127.0.0.1:1' });
      return (await fetch(`${address}/metrics`)).text();
    });
    const text = (await Promise.all(texts)).join('\n');
    const own = Object.values<Metric>(metrics).filter(({ by }) => by.includes('gateway'));
    // Those of jobs need a broker.
    for (const { name } of own.filter(({ name }) => !/^(broker|async)_/.test(name)))
      expect(text).toContain(`\n# TYPE ${name} `);
  });
});

describe('a bad request', () => {
  test.each(BAD_REQUESTS)('with %s is refused with 400 and goes no further', async (_, body, words) => {
    const { address } = await startGateway(NOWHERE, { patterns: { 'circuit-breaker': {} } });
    const reply = await post(address + INFER_PATH, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error: expect.stringContaining(words) });
    expect(await metricOf(address, METRICS.upstreamStarted)).toBe(0);
    expect(await metricOf(address, METRICS.requests)).toBe(1);
  });

  test.each([
    ['/v2/models/letters/infer', "unknown model 'letters'"],
    ['/v2/models/digits/versions/lin-1/infer', "version 'lin-1' is not served"],
    ['/v2/models/digits/explain', 'no such endpoint: POST /v2/models/digits/explain'],
  ])('to %s is refused with 404', async (path, words) => {
    const { address } = await startGateway(NOWHERE);
    const reply = await post(address + path, pictures(1));
    expect(reply.status).toBe(404);
    expect(reply.body.error).toContain(words);
  });

  test('over the size limit is refused with 413', async () => {
    const { app } = await startGateway(NOWHERE);
    const payload = pictures(1).padEnd(1_048_577);
    const headers = { 'content-type': 'application/json' };
    const reply = await app.inject({ method: 'POST', url: INFER_PATH, headers, payload });
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toEqual({ error: expect.stringContaining('too large') });
  });
});

describe('without a pattern', () => {
  test('a dead model server gives 502 with the reason, and is counted as such', async () => {
    const { address } = await startGateway(NOWHERE);
    const reply = await post(address + INFER_PATH, pictures(1));
    expect(reply.status).toBe(502);
    expect(reply.body).toEqual({ error: expect.stringContaining('ECONNREFUSED') });
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain(`${METRICS.upstreamCalls}{outcome="error"} 1`);
    const route = 'route="/v2/models/:name/infer",method="POST"';
    expect(metrics).toContain(`${METRICS.requests}{${route},status="502",served_by="",model_version=""} 1`);
  });

  test.each([
    ['an error of its own', 500, '{"error":"no memory"}', 502, 'no memory'],
    ['an answer that is no JSON', 200, '<html>', 502, "can't be reached"],
    ['an answer without outputs', 200, '{}', 502, "can't be reached"],
    ['a refusal', 400, '{"error":"no picture"}', 400, 'no picture'],
    ['a timeout', 504, '{"error":"waited"}', 504, 'waited'],
  ])('%s of the model server gives the client its status and words', async (_, status, text, seen, words) => {
    const fake = await startFake((_request, response) => response.writeHead(status).end(text));
    const { address } = await startGateway(fake.address);
    const reply = await post(address + INFER_PATH, pictures(1));
    expect(reply.status).toBe(seen);
    expect(reply.body.error).toContain(words);
    const outcome = { 400: 'rejected', 504: 'timeout', 502: 'error' }[seen];
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain(`${METRICS.upstreamCalls}{outcome="${outcome}"} 1`);
  });
});

describe('with a circuit breaker', () => {
  const patterns = { 'circuit-breaker': { minimumCalls: 5, resetAfterMs: 60_000 } };

  test.each([1, 256])(
    'a dead model server gives the golden answer of the fallback for %i rows',
    async (rows) => {
      const { address } = await startGateway(NOWHERE, { patterns });
      const { status, body } = await post(address + INFER_PATH, pictures(rows));
      expect(status).toBe(200);
      expect(body.parameters).toEqual({ served_by: 'fallback', fallback_reason: 'error' });
      expectGolden(body, 'lin-1', rows);
    },
  );

  test('it opens on a dead model server and then leaves it alone', async () => {
    const { address } = await startGateway(NOWHERE, { patterns });
    for (let call = 0; call < 5; call += 1) await post(address + INFER_PATH, pictures(1));
    const { body } = await post(address + INFER_PATH, pictures(1));
    expect(body.parameters).toEqual({ served_by: 'fallback', fallback_reason: 'open' });
    expectGolden(body, 'lin-1', 1);
    expect(await metricOf(address, METRICS.upstreamStarted)).toBe(5);
    expect(await metricOf(address, METRICS.breakerState)).toBe(2);
  });

  test('a model server that does not answer is given up after the call timeout', async () => {
    const fake = await startFake(() => {});
    const { address } = await startGateway(fake.address, {
      patterns: { 'circuit-breaker': { callTimeoutMs: 50 } },
    });
    const { body } = await post(address + INFER_PATH, pictures(1));
    expect(body.parameters).toEqual({ served_by: 'fallback', fallback_reason: 'timeout' });
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain(`${METRICS.upstreamCalls}{outcome="timeout"} 1`);
  });

  test('a model server that does not even accept the connection is given up after the call timeout, too', async () => {
    const { address: frozen, close } = await startFrozen();
    open.push({ close });
    const patterns = { 'circuit-breaker': { callTimeoutMs: 50, trips: false } };
    const { address } = await startGateway(frozen, { patterns });
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => post(address + INFER_PATH, pictures(1))),
    );
    for (const { body } of replies) {
      expect(body.parameters).toEqual({ served_by: 'fallback', fallback_reason: 'timeout' });
    }
  });

  test('it closes again when the model server is back', async () => {
    let healthy = false;
    const answer = { model_version: 'mlp-1', outputs: [{ data: new Array(10).fill(0.1) }] };
    const fake = await startFake((_, response) =>
      healthy ? response.end(JSON.stringify(answer)) : response.writeHead(500).end('{"error":"ill"}'),
    );
    const options = { minimumCalls: 5, callTimeoutMs: 2_000, resetAfterMs: 10 };
    const { address } = await startGateway(fake.address, { patterns: { 'circuit-breaker': options } });
    const servedBy = async () =>
      (await post(address + INFER_PATH, pictures(1))).body.parameters?.fallback_reason ?? 'primary';
    for (let call = 0; call < 5; call += 1) expect(await servedBy()).toBe('error');
    expect(await servedBy()).toBe('open');
    healthy = true;
    await expect.poll(servedBy, { timeout: 20_000 }).toBe('primary');
    expect(await metricOf(address, METRICS.breakerState)).toBe(0);
  });
});

describe('as a process', () => {
  function start(config: string): ServiceChild {
    const child = startMain('gateway', config);
    open.push({
      close: () => {
        child.process.kill('SIGKILL');
        return child.ended;
      },
    });
    return child;
  }

  test('after SIGTERM it answers the request in flight, takes no other, and exits 0', async () => {
    const answer = { model_version: 'mlp-1', outputs: [{ data: new Array(10).fill(0.1) }] };
    let finish = () => {};
    const fake = await startFake((_, response) => {
      finish = () => response.end(JSON.stringify(answer));
    });
    const child = start(JSON.stringify({ ...configFor(fake.address), logLevel: 'info' }));
    const address = await child.address;
    const reply = post(address + INFER_PATH, pictures(1));
    await once(fake.server, 'request');
    child.process.kill('SIGTERM');
    await expect.poll(() => refuses(address), { timeout: 20_000 }).toBe(true);
    finish();
    expect((await reply).status).toBe(200);
    const answered = performance.now();
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(performance.now() - answered).toBeLessThan(2_000);
  });

  test('a configuration with missing, unknown and wrong keys exits 64 and names them all', async () => {
    const config = { service: 'gateway', prt: 1, fallback: 'xl-1', modelServer: 'ftp://x' };
    const { code, stderr } = await start(JSON.stringify(config)).ended;
    expect(code).toBe(64);
    for (const words of [
      "missing 'port', 'primary'",
      "'prt'",
      "fallback: must be one of 'lin-1'",
      'modelServer: ',
    ]) {
      expect(stderr).toContain(words);
    }
  });

  test('a configuration with a pattern or an option that there is not exits 64 and names both', async () => {
    const patterns = { 'circuit-breaker': { callTimeout: 5 }, hedging: {} };
    const { code, stderr } = await start(JSON.stringify({ ...configFor(NOWHERE), patterns })).ended;
    expect(code).toBe(64);
    expect(stderr).toContain("patterns: unknown key 'hedging'");
    expect(stderr).toContain("patterns.circuit-breaker: unknown key 'callTimeout'");
  });

  test('a configuration that is not JSON exits 64', async () => {
    const { code, stderr } = await start('{').ended;
    expect(code).toBe(64);
    expect(stderr).toContain('config.json');
    expect(stderr).not.toContain('    at ');
  });
});

/** A process that listens and stands still: the kernel accepts a few connections for it, and lets the others wait. */
async function startFrozen(): Promise<{ address: string; close: () => void }> {
  const program = `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
    process.exit();
  })`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return { address: `http://127.0.0.1:${port}`, close: () => child.kill('SIGKILL') };
}

async function refuses(address: string): Promise<boolean> {
  return fetch(`${address}/v2/health/live`).then(
    () => false,
    () => true,
  );
}
