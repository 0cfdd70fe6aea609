import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Default } from 'typebox/value';
import type { ServiceName } from '#contract/names.ts';
import {
  type AcceleratorOptions,
  AcceleratorSchema,
  type Topology,
  type Variant,
} from '#contract/topology.ts';
import { brokerConfig } from './broker/config.ts';
import type { GatewayConfig } from './gateway/config.ts';
import type { ModelServerConfig } from './model-server/config.ts';
import { MODEL_NAME, type ModelVersion } from './models/catalog.ts';
import { type AsyncOptions, AsyncOptionsSchema } from './patterns/async/options.ts';
import { patternsAt } from './patterns/hosted.ts';
import type { WorkerConfig } from './worker/config.ts';

// A variant is plain data, so the versions in it are any strings; each service's schema checks them when it starts.

const HOST = '127.0.0.1';

/**
 * The reference system: gateway → model server. Where answers are kept in a Redis, gateway → Redis too; where there are
 * jobs, gateway → broker ← worker → model server.
 */
export const topology: Topology = {
  entry: 'gateway',
  inferPath: `/v2/models/${MODEL_NAME}/infer`,
  services: [
    {
      name: 'broker',
      main: null,
      server: {
        program: 'nats-server',
        args: (_, file) => ['-c', file],
        // It greets whoever connects, and does so only once its streams are there again.
        ready: { ask: '', answer: '"jetstream":true' },
      },
      isIn: hasJobs,
      calls: [],
      config: (variant, port, _, __, folder) =>
        brokerConfig(jobOptions(variant), HOST, port, folder ?? `${tmpdir()}/gauntlet-broker`),
    },
    {
      name: 'model-server',
      main: mainOf('model-server'),
      calls: [],
      config: (variant, port, _, faultPort): ModelServerConfig => ({
        service: 'model-server',
        host: HOST,
        port,
        logLevel: 'info',
        ...(faultPort === undefined ? {} : { faultPort }),
        versions: versionsOf(variant.models),
        threads: variant.services['model-server'].threads,
        provider: (variant.services['model-server'].provider ?? 'cpu') as ModelServerConfig['provider'],
        ...acceleratorOf(variant),
        patterns: patternsAt('model-server', variant.patterns),
      }),
    },
    {
      name: 'worker',
      main: mainOf('worker'),
      isIn: hasJobs,
      calls: ['broker', 'model-server'],
      config: (variant, port, addressOf, faultPort): WorkerConfig => ({
        service: 'worker',
        host: HOST,
        port,
        logLevel: 'info',
        ...(faultPort === undefined ? {} : { faultPort }),
        broker: brokerAddress(addressOf),
        modelServer: addressOf('model-server'),
        primary: variant.models.primary as ModelVersion,
        async: optionsOf(variant),
      }),
    },
    {
      name: 'redis',
      main: null,
      server: {
        program: 'redis-server',
        args: (config) => Object.entries(config).flatMap(([name, value]) => [`--${name}`, String(value)]),
        ready: { ask: 'PING\r\n', answer: '+PONG' },
      },
      isIn: keepsInRedis,
      calls: [],
      // In memory alone, and of more answers than that holds, those go that nobody asked for the longest.
      config: (_, port) => ({
        bind: HOST,
        port,
        save: '',
        appendonly: 'no',
        maxmemory: '64mb',
        'maxmemory-policy': 'allkeys-lru',
      }),
    },
    {
      name: 'gateway',
      main: mainOf('gateway'),
      calls: ['model-server', 'redis', 'broker'],
      config: (variant, port, addressOf, faultPort): GatewayConfig => ({
        service: 'gateway',
        host: HOST,
        port,
        logLevel: 'info',
        ...(faultPort === undefined ? {} : { faultPort }),
        modelServer: addressOf('model-server'),
        ...(hasJobs(variant) ? { broker: brokerAddress(addressOf) } : {}),
        ...(keepsInRedis(variant) ? { redis: addressOf('redis').replace(/^http:/, 'redis:') } : {}),
        upstreamConnections: variant.services.gateway.upstreamConnections,
        primary: variant.models.primary as ModelVersion,
        fallback: variant.models.fallback as GatewayConfig['fallback'],
        patterns: patternsAt('gateway', variant.patterns),
      }),
    },
  ],
};

/** The services of the jobs are there where their pattern is. */
function hasJobs({ patterns }: Variant): boolean {
  return Object.hasOwn(patterns, 'async');
}

function jobOptions({ patterns }: Variant): Partial<AsyncOptions> {
  return (patterns['async'] ?? {}) as Partial<AsyncOptions>;
}

function optionsOf(variant: Variant): AsyncOptions {
  return Default(AsyncOptionsSchema, { ...jobOptions(variant) }) as AsyncOptions;
}

function brokerAddress(addressOf: (callee: ServiceName) => string): string {
  return addressOf('broker').replace(/^http:/, 'nats:');
}

/** A Redis is there where the cache keeps its answers in one. */
function keepsInRedis({ patterns }: Variant): boolean {
  const cache = patterns['prediction-cache'] as { store?: string } | undefined;
  return cache?.store === 'redis';
}

function acceleratorOf({ services }: Variant): Pick<ModelServerConfig, 'accelerator'> {
  const { accelerator } = services['model-server'];
  return accelerator === undefined
    ? {}
    : { accelerator: Default(AcceleratorSchema, { ...accelerator }) as AcceleratorOptions };
}

function versionsOf({ primary, next }: Variant['models']): ModelVersion[] {
  return [primary, ...(next === undefined || next === primary ? [] : [next])] as ModelVersion[];
}

function mainOf(folder: string): string {
  return join(import.meta.dirname, folder, `main${extname(import.meta.filename)}`);
}
