import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { afterEach, describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { findServer } from '#harness/effects/provision/servers.ts';
import type { Answer, Question, RoomContext } from '../room.ts';
import { type PredictionCacheOptions, PredictionCacheOptionsSchema } from './options.ts';
import { predictionCache } from './prediction-cache.ts';

// The cache before a real Redis: there, gone, and so late that nobody waits for it.

const redis = await findServer('redis-server', { onProgress: () => {} }).catch((error: Error) => {
  console.warn(`skipped: ${error.message}`);
  return null;
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface RunningRedis {
  port: number;
  child: ChildProcess;
}

async function startRedis(port?: number): Promise<RunningRedis> {
  const chosen = port ?? (await freePort());
  const args = ['--bind', '127.0.0.1', '--port', String(chosen), '--save', '', '--appendonly', 'no'];
  const child = spawn(redis!.path, args, { stdio: 'ignore' });
  closing.push(() => end(child));
  await expect.poll(() => answersPing(chosen), { timeout: 10_000, interval: 20 }).toBe(true);
  return { port: chosen, child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString() === '+PONG\r\n');
    });
    socket.once('error', () => resolve(false));
  });
}

/** A way to Redis on which answers can be held back. */
async function slowLink(to: number): Promise<{ port: number; holdBack(ms: number): void }> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect({ port: to, host: '127.0.0.1' });
    for (const socket of [client, redis]) sockets.add(socket.on('error', () => {}));
    client.on('data', (data) => redis.write(data));
    redis.on('data', (data) => setTimeout(() => client.write(data), delayMs));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as { port: number }).port,
    holdBack: (ms) => {
      delayMs = ms;
    },
  };
}

const picture = (value: number): Question => ({ rows: 1, pixels: new Float32Array(64).fill(value) });

/** A gateway's cache on the Redis of a port, before a model that answers at once. */
async function cacheOn(port: number, changes: Partial<PredictionCacheOptions> = {}) {
  const registry = new Registry();
  let calls = 0;
  let version = 'mlp-1';
  const model = async ({ pixels }: Question): Promise<Answer> => {
    calls += 1;
    return { version, probabilities: new Float32Array(10).fill(pixels[0]! / 3), servedBy: 'primary' };
  };
  const ask = await predictionCache.wrap(
    model,
    Default(PredictionCacheOptionsSchema, { store: 'redis', ...changes }) as PredictionCacheOptions,
    {
      registry,
      version: () => version,
      redis: `redis://127.0.0.1:${port}`,
      log: { debug: () => {} },
      onClose: (close: () => void) => closing.push(close),
    } as unknown as RoomContext,
  );
  const ended = async (outcome: string) =>
    (await registry.getSingleMetric(METRICS.storeCalls)!.get()).values.find(
      ({ labels }) => labels['outcome'] === outcome,
    )?.value ?? 0;
  const swapTo = (other: string) => {
    version = other;
  };
  /** Until it is connected, and has kept and given an answer. */
  const warm = async (value: number) => {
    await expect.poll(async () => (await ask(picture(value))).servedBy, { timeout: 10_000 }).toBe('cache');
    calls = 0;
  };
  return { ask, ended, swapTo, warm, calls: () => calls };
}

// In CI they run whatever is missing, and fail.
describe.skipIf(redis === null && !process.env['CI'])('a cache in Redis', () => {
  test('gives the very answer again, to another gateway too', async () => {
    const { port } = await startRedis();
    const [one, other] = [await cacheOn(port), await cacheOn(port)];
    await one.warm(1);
    const known = await one.ask(picture(1));
    expect(known).toMatchObject({ version: 'mlp-1', servedBy: 'cache' });
    expect(Array.from(known.probabilities)).toEqual(new Array(10).fill(Math.fround(1 / 3)));
    await other.warm(2);
    expect((await other.ask(picture(1))).servedBy).toBe('cache');
    expect(one.calls() + other.calls()).toBe(0);
  });

  test('asks anew once the answer is no longer fresh, or the model another', async () => {
    const { port } = await startRedis();
    const cache = await cacheOn(port, { ttlMs: 300 });
    await cache.warm(1);
    await expect.poll(async () => (await cache.ask(picture(1))).servedBy, { interval: 20 }).toBe('primary');
    await cache.warm(1);
    cache.swapTo('mlp-2');
    expect(await cache.ask(picture(1))).toMatchObject({ version: 'mlp-2', servedBy: 'primary' });
  });

  test('asks the model at once while Redis is gone, and Redis again when it is back', async () => {
    const { port, child } = await startRedis();
    const cache = await cacheOn(port, { storeTimeoutMs: 1_000 });
    await cache.warm(1);
    await end(child);
    await expect.poll(async () => (await cache.ask(picture(1))).servedBy).toBe('primary');
    const failed = await cache.ended('error');
    const begun = performance.now();
    for (let i = 0; i < 50; i += 1) expect((await cache.ask(picture(i))).servedBy).toBe('primary');
    // Fifty that waited for their time limit, one after the other, would take fifty seconds.
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(await cache.ended('error')).toBeGreaterThan(failed + 50);
    await startRedis(port);
    await cache.warm(1);
  });

  test('waits no longer for a Redis that is late than it is told to, and keeps the connection', async () => {
    const { port } = await startRedis();
    const link = await slowLink(port);
    const cache = await cacheOn(link.port, { storeTimeoutMs: 10 });
    await cache.warm(1);
    // Until it was connected, calls failed.
    const failed = await cache.ended('error');
    link.holdBack(150);
    expect((await cache.ask(picture(1))).servedBy).toBe('primary');
    expect(await cache.ended('timeout')).toBeGreaterThan(0);
    link.holdBack(0);
    await cache.warm(1);
    expect(await cache.ended('error')).toBe(failed);
  });

  test('with failsOpen: false the request fails with its store, and the model is not asked', async () => {
    const { port, child } = await startRedis();
    const cache = await cacheOn(port, { failsOpen: false, storeTimeoutMs: 1_000 });
    await expect
      .poll(
        () =>
          cache.ask(picture(1)).then(
            ({ servedBy }) => servedBy,
            () => '',
          ),
        { timeout: 10_000 },
      )
      .toBe('cache');
    const before = cache.calls();
    await end(child);
    await expect
      .poll(() => cache.ask(picture(1)).catch((error: unknown) => error))
      .toMatchObject({ statusCode: 503, message: expect.stringContaining("the cache can't be asked") });
    expect(cache.calls()).toBe(before);
  });
});
