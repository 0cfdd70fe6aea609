import { existsSync } from 'node:fs';
import Type, { type TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { LINKS, type ServiceName } from '#contract/names.ts';
import { linksOf, topologyOf } from '#contract/topology.ts';
import { problemsOf } from '#contract/validate.ts';
import { GatewayConfigSchema } from './gateway/config.ts';
import { ModelServerConfigSchema } from './model-server/config.ts';
import { modelVersions } from './models/catalog.ts';
import { type PatternName, type PatternOptions, patterns } from './patterns/index.ts';
import { system } from './system.ts';
import { topology } from './topology.ts';
import { WorkerConfigSchema } from './worker/config.ts';

// What a NATS server is asked is checked by itself, when it starts.
const schemas: Record<ServiceName, TSchema> = {
  broker: Type.Object({}),
  worker: WorkerConfigSchema,
  gateway: GatewayConfigSchema,
  'model-server': ModelServerConfigSchema,
  redis: Type.Object({ port: Type.Integer() }),
};
const addressOf = (callee: ServiceName) => `http://127.0.0.1:1${callee.length}000`;

describe.each(topology.services)('$name', ({ name, main, server, config }) => {
  test.each(modelVersions)('gets a valid configuration with %s as the primary version', (primary) => {
    const variant = system({ models: { primary } });
    expect(problemsOf(schemas[name], config(variant, 12_345, addressOf))).toEqual([]);
  });

  test('gets a configuration that is plain JSON and replays', () => {
    const written = config(system(), 12_345, addressOf);
    expect(JSON.parse(JSON.stringify(written))).toEqual(written);
  });

  test('is started from a file that exists, or is a program', () => {
    expect(main === null ? server !== undefined : existsSync(main)).toBe(true);
  });
});

test('an experiment that asks the gateway for something that it does not have is refused by its schema', () => {
  const gateway = topology.services.find(({ name }) => name === 'gateway')!;
  const variant = {
    ...system(),
    models: { primary: 'mlp-9', fallback: 'mlp-1' },
    patterns: { 'circuit-breaker': { callTimeoutMs: 0 }, retries: {} },
  };
  const problems = problemsOf(GatewayConfigSchema, gateway.config(variant, 1, addressOf)).join('\n');
  for (const words of ['primary', 'fallback', 'patterns.circuit-breaker.callTimeoutMs', "'retries'"]) {
    expect(problems).toContain(words);
  }
});

test('every pattern of the map reaches the service that hosts it, and that takes it', () => {
  const all = Object.fromEntries(Object.keys(patterns).map((name) => [name, {}]));
  const variant = { ...system(), patterns: all };
  const reached = topologyOf(topology, variant).services.flatMap(({ name, config }) => {
    const given = Default(schemas[name], config(variant, 1, addressOf));
    expect(problemsOf(schemas[name], given)).toEqual([]);
    const hosted = Object.keys((given as { patterns?: object }).patterns ?? {});
    for (const pattern of hosted) expect(patterns[pattern as PatternName].at).toBe(name);
    return hosted;
  });
  expect(reached.sort()).toEqual(Object.keys(patterns).sort());
});

test('a Redis is there where the cache keeps its answers in one, and the gateway is told where', () => {
  const gatewayOf = (patterns: PatternOptions) => {
    const variant = system({ patterns });
    const part = topologyOf(topology, variant);
    const { config, calls } = part.services.find(({ name }) => name === 'gateway')!;
    return { services: part.services.map(({ name }) => name), calls, config: config(variant, 1, addressOf) };
  };
  const remote = gatewayOf({ 'prediction-cache': { store: 'redis' } });
  expect(remote.services).toContain('redis');
  expect(remote.calls).toContain('redis');
  expect(remote.config).toMatchObject({ redis: 'redis://127.0.0.1:15000' });
  expect(problemsOf(GatewayConfigSchema, Default(GatewayConfigSchema, remote.config))).toEqual([]);
  for (const local of [gatewayOf({ 'prediction-cache': {} }), gatewayOf({})]) {
    expect(local.services).not.toContain('redis');
    expect(local.calls).not.toContain('redis');
    expect(local.config).not.toHaveProperty('redis');
  }
});

test('its links are those of the contract, and callees stand before their callers', () => {
  expect(linksOf(topology).sort()).toEqual([...LINKS].sort());
  const started: ServiceName[] = [];
  for (const { name, calls } of topology.services) {
    expect(started).toEqual(expect.arrayContaining([...calls]));
    started.push(name);
  }
});

test('broker and worker are there where jobs are, and with them the links to them', () => {
  const names = (variant: Parameters<typeof topologyOf>[1]) =>
    topologyOf(topology, variant).services.map(({ name }) => name);
  expect(names(system())).toEqual(['model-server', 'gateway']);
  expect(linksOf(topologyOf(topology, system()))).toEqual(['client->gateway', 'gateway->model-server']);
  const withJobs = system({ patterns: { async: {} } });
  expect(names(withJobs)).toEqual(['broker', 'model-server', 'worker', 'gateway']);
  const links = LINKS.filter((link) => link !== 'gateway->redis');
  expect(linksOf(topologyOf(topology, withJobs)).sort()).toEqual([...links].sort());
});
