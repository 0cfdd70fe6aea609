import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { METRICS } from '#contract/names.ts';
import { largestDifference } from '../models/answers.ts';
import { type ModelVersion, models, modelVersions } from '../models/catalog.ts';
import {
  BAD_REQUESTS,
  goldenOf,
  INFER_PATH,
  listen,
  metricOf,
  pictures,
  post,
  type Reply,
  type ServiceChild,
  startMain,
} from '../test-kit.ts';
import { buildModelServer } from './server.ts';

const versions: ModelVersion[] = ['mlp-1', 'lin-1', 'xl-1'];
const common = { service: 'model-server' as const, host: '127.0.0.1', port: 0 };
let server: FastifyInstance;
let address: string;

beforeAll(async () => {
  server = await buildModelServer({ ...common, logLevel: 'silent', versions, threads: 1 });
  address = await listen(server);
});

afterAll(() => server.close());

describe('an inference', () => {
  test.each(modelVersions)('by %s is the golden one, in one row and in many', async (version) => {
    for (const rows of [1, 2, 256]) {
      const { status, body } = await post(
        `${address}/v2/models/digits/versions/${version}/infer`,
        pictures(rows),
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({ model_name: 'digits', model_version: version });
      expect(body.outputs).toMatchObject([{ name: 'probabilities', datatype: 'FP32', shape: [rows, 10] }]);
      const answer = Float32Array.from(body.outputs[0]!.data);
      expect(largestDifference(answer, await goldenOf(version, rows))).toBeLessThanOrEqual(
        models[version].tolerance,
      );
    }
  });

  test('that names no version is answered by the first, and nested data as flat data', async () => {
    const flat = await post(address + INFER_PATH, pictures(3));
    expect(flat.body.model_version).toBe('mlp-1');
    expect(await post(address + INFER_PATH, pictures(3, true))).toEqual(flat);
  });

  test('of requests that come at once gives each its own answer', async () => {
    const sizes = Array.from({ length: 20 }, (_, at) => at + 1);
    const replies = await Promise.all(sizes.map((rows) => post(address + INFER_PATH, pictures(rows))));
    expect(replies.map(({ body }) => body.outputs[0]!.shape[0])).toEqual(sizes);
  });

  test('carries the id of its request', async () => {
    const body = pictures(1).replace('{', '{"id":"a-7",');
    expect((await post(address + INFER_PATH, body)).body.id).toBe('a-7');
  });
});

describe('a bad request', () => {
  test.each(BAD_REQUESTS)(
    'with %s is refused with 400 and words, and reaches no model',
    async (_, body, words) => {
      const runs = await metricOf(address, `${METRICS.modelRunDuration}_count`);
      const reply = await post(address + INFER_PATH, body);
      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({ error: expect.stringContaining(words) });
      expect(await metricOf(address, `${METRICS.modelRunDuration}_count`)).toBe(runs);
    },
  );

  test.each([
    ['/v2/models/letters/infer', "unknown model 'letters'"],
    ['/v2/models/digits/versions/mlp-9/infer', "version 'mlp-9' is not served"],
    ['/v2/models/digits/versions/toString/infer', "version 'toString' is not served"],
    ['/v2/models/digits/explain', 'no such endpoint: POST /v2/models/digits/explain'],
  ])('to %s is refused with 404', async (path, words) => {
    const reply = await post(address + path, pictures(1));
    expect(reply.status).toBe(404);
    expect(reply.body.error).toContain(words);
  });

  test('over the size limit is refused with 413', async () => {
    const payload = pictures(1).padEnd(1_048_577);
    const headers = { 'content-type': 'application/json' };
    const reply = await server.inject({ method: 'POST', url: INFER_PATH, headers, payload });
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toEqual({ error: expect.stringContaining('too large') });
  });

  test('is counted with its status', async () => {
    const before = (await metricOf(address, METRICS.requests))!;
    await post(address + INFER_PATH, '{}');
    expect(await metricOf(address, METRICS.requests)).toBe(before + 1);
  });
});

describe('besides inferring, the model server', () => {
  test('is alive, and ready once each version answers its golden input right', async () => {
    expect((await fetch(`${address}/v2/health/live`)).status).toBe(200);
    expect((await fetch(`${address}/v2/health/ready`)).status).toBe(200);
    expect((await fetch(`${address}/v2/models/digits/versions/xl-1/ready`)).status).toBe(200);
  });

  test('describes itself and its model', async () => {
    expect(await (await fetch(`${address}/v2`)).json()).toMatchObject({ name: 'gauntlet-model-server' });
    expect(await (await fetch(`${address}/v2/models/digits`)).json()).toMatchObject({
      name: 'digits',
      versions,
      inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 64] }],
    });
  });

  test.each(['requests', 'requestDuration', 'modelRunDuration', 'modelQueueDepth'] as const)(
    'publishes the metric %s',
    async (metric) => {
      const text = await (await fetch(`${address}/metrics`)).text();
      expect(text).toContain(`\n# TYPE ${METRICS[metric]} `);
    },
  );
});

describe('as a process', () => {
  const started: ServiceChild[] = [];
  const start = (config: object) => {
    const child = startMain('model-server', JSON.stringify(config));
    started.push(child);
    return child;
  };
  afterEach(async () => {
    for (const child of started.splice(0)) {
      child.process.kill('SIGKILL');
      await child.ended;
    }
  });

  test('after SIGTERM it answers the request in flight and exits 0', async () => {
    const child = start({ ...common, versions: ['xl-1'] });
    const url = (await child.address) + INFER_PATH;
    const reply = await replyInFlightAtSigterm(child, () => post(url, pictures(256)));
    expect(reply.status).toBe(200);
    const answered = performance.now();
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(performance.now() - answered).toBeLessThan(2_000);
  });

  test('a configuration with missing, unknown and wrong keys exits 64 and names them all', async () => {
    const { code, stderr } = await start({ service: 'gateway', versions: ['mlp-9'], thread: 2 }).ended;
    expect(code).toBe(64);
    for (const words of ["'thread'", "'port'", 'service', "'mlp-1'"]) expect(stderr).toContain(words);
  });
});

/** Sends SIGTERM while a request is being computed, however often that takes to meet one; its reply. */
async function replyInFlightAtSigterm(child: ServiceChild, send: () => Promise<Reply>): Promise<Reply> {
  const address = await child.address;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const reply = send();
    const depth = await metricOf(address, METRICS.modelQueueDepth);
    if (depth === 1) child.process.kill('SIGTERM');
    const ended = await reply;
    if (depth === 1) return ended;
  }
  throw new Error('no request was met in flight');
}
