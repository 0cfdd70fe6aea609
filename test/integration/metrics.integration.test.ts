import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Default } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Metric, metrics, type Publisher } from '#contract/metrics.ts';
import type { ServiceName } from '#contract/names.ts';
import { blankSamples } from '#contract/samples.ts';
import { cacheDir } from '#harness/cli/cache-dir.ts';
import { createPorts } from '#harness/effects/ports.ts';
import { createProcesses } from '#harness/effects/process.ts';
import { provision } from '#harness/effects/provision/provision.ts';
import { serveRunMetrics } from '#harness/effects/run-metrics.ts';
import type { RunningSystem } from '#harness/effects/system.ts';
import { startAlone } from '#harness/effects/system-alone.ts';
import { type GatewayConfig, GatewayConfigSchema } from '#sut/gateway/config.ts';
import { buildGateway } from '#sut/gateway/server.ts';
import { type ModelServerConfig, ModelServerConfigSchema } from '#sut/model-server/config.ts';
import { buildModelServer } from '#sut/model-server/server.ts';
import { system } from '#sut/system.ts';
import { INFER_PATH, listen, pictures, post } from '#sut/test-kit.ts';
import { topology } from '#sut/topology.ts';

// What services and harness publish is what the contract says, in name, kind and labels.

const variant = system({
  patterns: {
    async: {},
    'batch-inference': {},
    'circuit-breaker': {},
    'overload-limit': {},
    'prediction-cache': {},
  },
});
const processes = createProcesses();
const folder = mkdtempSync(join(tmpdir(), 'gauntlet-metrics-'));
let running: RunningSystem;

beforeAll(async () => {
  const { path } = await provision('nats-server', { cacheDir, onProgress: () => {} });
  running = await startAlone(variant, { topology, processes, servers: { 'nats-server': path } }, folder);
  // Series with labels are there once something was counted in them.
  const infer = addressOf('gateway') + INFER_PATH;
  await post(infer, pictures(1));
  await post(infer, '{}');
  const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
  const taken = await fetch(infer, { method: 'POST', headers, body: pictures(1) });
  const job = `${addressOf('gateway')}${taken.headers.get('location')}`;
  const isDone = async () => {
    const { status } = (await (await fetch(job)).json()) as { status: string };
    if (status !== 'done') throw new Error(`the job is ${status}`);
  };
  await vi.waitFor(isDone, 10_000);
}, 120_000);
afterAll(async () => {
  await running?.close();
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

function addressOf(service: ServiceName): string {
  return running.services.find(({ name }) => name === service)!.address;
}

interface Published {
  kind: string;
  /** Of each series. */
  labels: string[][];
}

/** Prometheus' text format, by metric; without what Node and the process tell of themselves. */
async function publishedAt(address: string): Promise<Map<string, Published>> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const published = new Map<string, Published>();
  for (const [, name, kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    if (!/^(nodejs|process)_/.test(name!)) published.set(name!, { kind: kind!, labels: [] });
  }
  for (const [, series, labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const name = published.has(series!) ? series! : series!.replace(/_(bucket|sum|count)$/, '');
    const names = [...labels.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label!);
    published.get(name)?.labels.push(names.filter((label) => label !== 'le'));
  }
  return published;
}

/** Expects nothing but what the contract says of this publisher; with all of it, unless some is left out. */
function expectOfContract(published: Map<string, Published>, publisher: Publisher, leftOut = /^$/): void {
  const own = Object.values<Metric>(metrics).filter(({ by }) => by.includes(publisher));
  const expected = own.filter(({ name }) => !leftOut.test(name)).map(({ name }) => name);
  expect([...published.keys()].filter((name) => !leftOut.test(name)).toSorted()).toEqual(expected.toSorted());
  for (const { name, kind, labels } of own) {
    const found = published.get(name);
    if (!found) continue;
    expect(found.kind, name).toBe(kind);
    for (const series of found.labels) expect(series.toSorted(), name).toEqual(labels.toSorted());
  }
}

describe('published is what the contract says', () => {
  // A store of its own, or an accelerator, only some have.
  test.each([
    ['gateway', /^prediction_cache_store_/],
    ['model-server', /^model_accelerator_/],
    ['worker', /^$/],
  ] as const)('by the %s', async (service, leftOut) => {
    const published = await publishedAt(addressOf(service));
    expectOfContract(published, service, leftOut);
    const counted = published.get(metrics.upstreamCalls.name) ?? published.get(metrics.requests.name);
    expect(counted!.labels.length).toBeGreaterThan(0);
  });

  test('by a gateway that keeps its answers in a Redis', async () => {
    const config = {
      service: 'gateway',
      port: 0,
      logLevel: 'silent',
      modelServer: 'http://127.0.0.1:1',
      redis: 'redis://127.0.0.1:1',
      primary: 'mlp-1',
      fallback: 'lin-1',
      patterns: { 'prediction-cache': { store: 'redis' } },
    };
    const { app } = await buildGateway(Default(GatewayConfigSchema, config) as GatewayConfig);
    const published = await publishedAt(await listen(app));
    await app.close();
    expectOfContract(published, 'gateway', /^(async|broker|circuit_breaker)_|^prediction_cache_rows$/);
  });

  test('by a model server with a virtual accelerator', async () => {
    const config = {
      service: 'model-server',
      port: 0,
      logLevel: 'silent',
      versions: ['mlp-1'],
      provider: 'virtual-accelerator',
      patterns: {},
    };
    const { app } = await buildModelServer(Default(ModelServerConfigSchema, config) as ModelServerConfig);
    const published = await publishedAt(await listen(app));
    await app.close();
    expectOfContract(published, 'model-server', /^pattern_/);
  });

  test('by the harness', async () => {
    const port = await createPorts().take();
    const harness = await serveRunMetrics({ host: '127.0.0.1', port });
    harness.tell({
      phase: 'fault',
      activeFault: 'latency',
      faults: ['latency'],
      plannedMs: [],
      elapsedMs: 0,
      samples: blankSamples(0),
      services: [],
    });
    harness.judged('circuit-breaker', 'pass');
    const published = await publishedAt(`http://127.0.0.1:${port}`);
    await harness.close(0);
    expectOfContract(published, 'harness');
  });
});
