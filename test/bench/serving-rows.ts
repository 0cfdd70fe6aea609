import type { Variant } from '#contract/topology.ts';
import { system, without } from '#sut/system.ts';
import type { Entry } from './driven-system.ts';
import type { Form } from './question.ts';

/** A system that is asked in closed loop: one row of the table. */
export interface ServingRow {
  /** As `--rows` knows it. */
  id: string;
  what: string;
  variant: Variant;
  entry: Entry;
  form: Form;
  rows: number;
  connections: number;
  /** Whether each request is another one, so that no cache knows it. */
  areUnique?: boolean;
  /** Played once more with services and load kept apart, as in an experiment. */
  isMain?: boolean;
}

const CONNECTIONS = 64;
const SIZES = [1, 16, 64, 256] as const;
const FORMS = ['JSON', 'binary'] as const;

const batching = { 'batch-inference': {} };
/** The system that the others are held against: batches, and nothing else. */
export const bare = system({ patterns: batching });
export const lin = system({ models: { primary: 'lin-1' }, patterns: batching });
const four = { ...batching, 'circuit-breaker': {}, 'prediction-cache': {}, async: {} };
const allFour = system({ patterns: four });
/** The same, and then each taken out: what switching a pattern off leaves behind. */
export const takenOut = without(without(without(allFour, 'circuit-breaker'), 'prediction-cache'), 'async');

/** Calls wait a millisecond for others, even where a thread is idle. */
const windowed = system({ patterns: { 'batch-inference': { windowMs: 1 } } });

/** As many threads as the machine that this is measured on has cores. */
export const twoThreads = system({ services: { 'model-server': { threads: 2 } }, patterns: batching });

const atServer = { entry: 'model-server', variant: bare, connections: CONNECTIONS } as const;
const atGateway = { ...atServer, entry: 'gateway' } as const;
const oneRow = { form: 'JSON', rows: 1, areUnique: true } as const;

/** Sizes and forms at one address. */
function sized(name: string, what: string, at: typeof atServer | typeof atGateway): ServingRow[] {
  return FORMS.flatMap((form) =>
    SIZES.map((rows) => ({
      ...at,
      id: `${name}-${form.toLowerCase()}-${rows}`,
      what: `${what}, ${rowsText(rows)} ${form === 'JSON' ? 'of JSON' : 'in binary'}`,
      form,
      rows,
      ...((form === 'JSON' && rows === 1) || (form === 'binary' && rows === 64) ? { isMain: true } : {}),
    })),
  );
}

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

function withPattern(id: string, name: string, patterns: Parameters<typeof system>[0]): ServingRow {
  return {
    ...atGateway,
    ...oneRow,
    id,
    what: `gateway, ${name} on, 1 row of JSON`,
    variant: system(patterns),
  };
}

export const servingRows: readonly ServingRow[] = [
  { ...atServer, id: 'lin', what: 'model server, LIN, 1 row of JSON', variant: lin, form: 'JSON', rows: 1 },
  ...sized('server', 'model server', atServer),
  ...FORMS.flatMap((form) =>
    [bare, twoThreads].map((variant) => ({
      ...atServer,
      variant,
      id: `server8${variant === twoThreads ? 'x2' : ''}-${form.toLowerCase()}-64`,
      what: `model server${variant === twoThreads ? ' of two threads' : ''}, 64 rows ${form === 'JSON' ? 'of JSON' : 'in binary'}, 8 connections`,
      form,
      rows: 64,
      connections: 8,
    })),
  ),
  {
    ...atServer,
    variant: windowed,
    id: 'window-json-1',
    what: 'model server with a window of 1 ms, 1 row of JSON',
    form: 'JSON',
    rows: 1,
  },
  ...sized('gateway', 'gateway', atGateway),
  {
    ...atGateway,
    ...oneRow,
    id: 'off-batching',
    what: 'gateway, every pattern off, 1 row of JSON',
    variant: system(),
  },
  { ...atGateway, ...oneRow, id: 'off-others', what: 'gateway, batching alone on, 1 row of JSON' },
  withPattern('on-gateway-batching', 'gateway batching', {
    patterns: { ...batching, 'gateway-batching': {} },
  }),
  {
    ...withPattern('off-batching-but-gateway', 'gateway batching', { patterns: { 'gateway-batching': {} } }),
    what: 'gateway batching alone on, before a model server that computes one by one, 1 row of JSON',
  },
  withPattern('on-breaker', 'circuit breaker', { patterns: { ...batching, 'circuit-breaker': {} } }),
  withPattern('on-cache', 'prediction cache', { patterns: { ...batching, 'prediction-cache': {} } }),
  {
    ...withPattern('on-cache-hits', 'cache', { patterns: { ...batching, 'prediction-cache': {} } }),
    what: 'gateway, prediction cache on and every answer in it, 1 row of JSON',
    areUnique: false,
  },
  withPattern('on-async', 'async', { patterns: { ...batching, async: {} } }),
  // At their defaults most of 64 connections would be turned away, and the fallback, or refusals, be measured.
  withPattern('on-limit', 'overload limit (of 256 calls)', {
    patterns: { ...batching, 'overload-limit': { maxInFlight: 256 } },
  }),
  withPattern('on-tenants', 'tenant isolation (256 may wait)', {
    patterns: { ...batching, 'tenant-isolation': { maxWaiting: 256 } },
  }),
  {
    ...atGateway,
    ...oneRow,
    id: 'four-json-1',
    what: 'gateway, the four core patterns on, 1 row of JSON',
    variant: allFour,
    isMain: true,
  },
  {
    ...withPattern('four-batched-json-1', 'the four core patterns and gateway batching', {
      patterns: { ...four, 'gateway-batching': {} },
    }),
    isMain: true,
  },
  {
    ...atGateway,
    connections: 8,
    id: 'four8-json-64',
    what: 'gateway, the four core patterns on, 64 rows of JSON, 8 connections',
    variant: allFour,
    form: 'JSON',
    rows: 64,
    areUnique: true,
  },
  {
    ...atGateway,
    // More of them would wait longer than the breaker lets a call take.
    connections: 8,
    id: 'four8-binary-64',
    what: 'gateway, the four core patterns on, 64 rows in binary, 8 connections',
    variant: allFour,
    form: 'binary',
    rows: 64,
    areUnique: true,
  },
];

/** The highest rate in open loop: asked row by row of the catalogue above, every answer checked by k6. */
export const openRows = [
  { id: 'open-server-json-1', of: 'server-json-1', most: 15_000 },
  { id: 'open-window-json-1', of: 'window-json-1', most: 15_000 },
  { id: 'open-server-binary-64', of: 'server-binary-64', most: 2_400 },
  { id: 'open-gateway-json-1', of: 'gateway-json-1', most: 8_000 },
  { id: 'open-four-json-1', of: 'four-json-1', most: 8_000 },
  { id: 'open-four-batched-json-1', of: 'four-batched-json-1', most: 8_000 },
] as const;

/** What is held against the model server behind it: the gateway with patterns on. */
export const besideServer = [
  { id: 'four-json-1', what: 'four core patterns' },
  { id: 'four-batched-json-1', what: 'four core patterns and gateway batching' },
] as const;
