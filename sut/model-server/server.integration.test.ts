import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Default } from 'typebox/value';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { largestDifference } from '../models/answers.ts';
import { type ModelVersion, models, modelVersions } from '../models/catalog.ts';
import {
  BAD_BINARY_REQUESTS,
  BAD_REQUESTS,
  goldenOf,
  INFER_PATH,
  listen,
  metricOf,
  pictures,
  post,
  postBinary,
  type Reply,
  type ServiceChild,
  startMain,
} from '../test-kit.ts';
import { type ModelServerConfig, ModelServerConfigSchema } from './config.ts';
import { buildModelServer } from './server.ts';

const versions: ModelVersion[] = ['mlp-1', ...modelVersions.filter((version) => version !== 'mlp-1')];
const common = { service: 'model-server' as const, host: '127.0.0.1', port: 0 };
let server: FastifyInstance;
let address: string;

beforeAll(async () => {
  ({ app: server } = await buildModelServer({
    ...common,
    logLevel: 'silent',
    versions,
    threads: 1,
    provider: 'cpu',
    patterns: {},
  }));
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

  test("that names no content type, as Triton's client does not, is JSON; any other type is refused", async () => {
    const typeless = { method: 'POST', url: INFER_PATH, payload: Buffer.from(pictures(1)) } as const;
    const reply = await server.inject(typeless);
    expect(reply.statusCode).toBe(200);
    const text = await server.inject({ ...typeless, headers: { 'content-type': 'text/csv' } });
    expect(text.statusCode).toBe(415);
    const cutOff = await server.inject({ ...typeless, payload: Buffer.from(pictures(1).slice(0, -1)) });
    expect(cutOff.statusCode).toBe(400);
  });

  test('of requests that come at once gives each its own answer', async () => {
    const sizes = Array.from({ length: 20 }, (_, at) => at + 1);
    const replies = await Promise.all(sizes.map((rows) => post(address + INFER_PATH, pictures(rows))));
    expect(replies.map(({ body }) => body.outputs[0]!.shape[0])).toEqual(sizes);
  });

  test.each(versions)(
    'in bytes by %s is the golden one, and carries the id of its request',
    async (version) => {
      for (const rows of [1, 3, 256]) {
        const url = `${address}/v2/models/digits/versions/${version}/infer`;
        const { response, probabilities } = await postBinary(url, rows);
        expect(response).toMatchObject({
          id: 'b-1',
          model_version: version,
          outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [rows, 10] }],
        });
        const distance = largestDifference(probabilities, await goldenOf(version, rows));
        expect(distance).toBeLessThanOrEqual(models[version].tolerance);
      }
    },
  );

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

  test.each(BAD_BINARY_REQUESTS)(
    'in bytes, with %s, is refused with 400 and words',
    async (_, { headers, body }, words) => {
      const payload = Buffer.from(body);
      const reply = await server.inject({ method: 'POST', url: INFER_PATH, headers, payload });
      expect(reply.statusCode).toBe(400);
      expect(reply.json()).toEqual({ error: expect.stringContaining(words) });
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

  test.each(['requests', 'requestDuration', 'modelRunDuration', 'modelRunRows', 'modelQueueDepth'] as const)(
    'publishes the metric %s',
    async (metric) => {
      const text = await (await fetch(`${address}/metrics`)).text();
      expect(text).toContain(`\n# TYPE ${METRICS[metric]} `);
    },
  );
});

describe('with batch inference', () => {
  const patterns = { 'batch-inference': {} };
  let batching: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    const config = Default(ModelServerConfigSchema, { ...common, logLevel: 'silent', versions, patterns });
    ({ app: batching } = await buildModelServer(config as ModelServerConfig));
    url = await listen(batching);
  });
  afterAll(() => batching.close());

  test('requests that come at once are computed in few runs, and each gets its own rows, in every version', async () => {
    const asked = Array.from({ length: 60 }, (_, at) => ({
      version: versions[at % versions.length]!,
      rows: 1 + (at % 7),
    }));
    const replies = await Promise.all(
      asked.map(({ version, rows }) =>
        post(`${url}/v2/models/digits/versions/${version}/infer`, pictures(rows)),
      ),
    );
    for (const [at, { version, rows }] of asked.entries()) {
      const answer = Float32Array.from(replies[at]!.body.outputs[0]!.data);
      const distance = largestDifference(answer, await goldenOf(version, rows));
      expect(distance).toBeLessThanOrEqual(models[version].tolerance);
    }
    expect(await metricOf(url, `${METRICS.modelRunDuration}_count`)).toBeLessThan(asked.length);
    expect(await metricOf(url, `${METRICS.modelRunRows}_sum`)).toBe(
      asked.reduce((sum, { rows }) => sum + rows, 0),
    );
  });

  test('a request whose timeout passes while it waits is answered 504, and not computed', async () => {
    const rows = await metricOf(url, `${METRICS.modelRunRows}_sum`);
    const impatient = pictures(1).replace('{', '{"parameters":{"timeout":1000},');
    const [busy, late] = await Promise.all([
      // A run each, of which one is computed.
      Promise.all([1, 2, 3, 4].map(() => post(`${url}/v2/models/digits/versions/xl-1/infer`, pictures(256)))),
      waitingFor(url, () => post(url + INFER_PATH, impatient)),
    ]);
    expect(busy.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(late.status).toBe(504);
    expect(late.body.error).toContain('1000 µs');
    expect(await metricOf(url, `${METRICS.modelRunRows}_sum`)).toBe(rows! + 4 * 256);
  });

  test('a poison row is refused with 400, and its neighbours get their answers', async () => {
    const poison = pictures(1).replace(/"data":\[\d+/, '"data":[1e999');
    const replies = await Promise.all(
      [pictures(1), poison, pictures(1)].map((body) => post(url + INFER_PATH, body)),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 200]);
    for (const at of [0, 2]) {
      const answer = Float32Array.from(replies[at]!.body.outputs[0]!.data);
      const distance = largestDifference(answer, await goldenOf('mlp-1', 1));
      expect(distance).toBeLessThanOrEqual(models['mlp-1'].tolerance);
    }
  });
});

describe('as a process', () => {
  const started: ServiceChild[] = [];
  const start = (config: object, env: NodeJS.ProcessEnv = {}) => {
    const child = startMain('model-server', JSON.stringify(config), env);
    started.push(child);
    return child;
  };
  afterEach(async () => {
    for (const child of started.splice(0)) {
      child.process.kill('SIGKILL');
      await child.ended;
    }
  });

  test('reports to nobody, and leaves nothing behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gauntlet-left-'));
    try {
      const child = start(
        { ...common, versions: ['mlp-1'] },
        // Where the runtime's telemetry puts what it keeps; set for the tests' own process, it would hide that it's on.
        { TMPDIR: folder, HOME: folder, XDG_CACHE_HOME: folder, ORT_DISABLE_TELEMETRY: undefined },
      );
      expect((await post((await child.address) + INFER_PATH, pictures(1))).status).toBe(200);
      child.process.kill('SIGTERM');
      expect((await child.ended).code).toBe(0);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('after SIGTERM it drops what clients that have gone had asked for, and exits 0', async () => {
    const child = start({ ...common, versions: ['xl-1'] });
    const url = (await child.address) + INFER_PATH;
    const clients = new AbortController();
    const asked = Array.from({ length: 60 }, () =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: pictures(1),
        signal: clients.signal,
      }).catch(() => 'gone'),
    );
    while ((await metricOf(await child.address, METRICS.modelQueueDepth))! < 10);
    clients.abort();
    child.process.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
    await Promise.all(asked);
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

  test.skipIf(existsSync('/dev/nvidia0'))(
    'on a GPU that is not there it exits 64, and says what it needs and what runs everywhere',
    async () => {
      const { code, stderr } = await start({ ...common, versions: ['lin-1'], provider: 'cuda' }).ended;
      expect(code).toBe(64);
      expect(stderr).toContain("the execution provider 'cuda' can't be used on this machine");
      expect(stderr).toContain("'cpu' runs everywhere");
      expect(stderr).not.toContain('    at ');
    },
  );

  test('a configuration with missing, unknown and wrong keys exits 64 and names them all', async () => {
    const { code, stderr } = await start({ service: 'gateway', versions: ['mlp-9'], thread: 2 }).ended;
    expect(code).toBe(64);
    for (const words of ["'thread'", "'port'", 'service', "'mlp-1'"]) expect(stderr).toContain(words);
  });
});

/** Does something once a request is being computed. */
async function waitingFor<T>(address: string, act: () => Promise<T>): Promise<T> {
  while ((await metricOf(address, METRICS.modelQueueDepth)) === 0);
  return act();
}

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
