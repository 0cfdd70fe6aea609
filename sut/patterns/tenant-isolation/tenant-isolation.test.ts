import { Registry } from 'prom-client';
import { Default } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { METRICS } from '#contract/metrics.ts';
import { patternMetrics } from '../../telemetry/metrics.ts';
import type { ModelServerContext } from '../room.ts';
import { type TenantIsolationOptions, TenantIsolationOptionsSchema } from './options.ts';
import { tenantIsolation } from './tenant-isolation.ts';

/** A model server whose runs the test ends one by one. */
function build(changes: Partial<TenantIsolationOptions> = {}, threads = 2) {
  const runs: { tenant: string | undefined; end: () => Promise<void>; fail: () => Promise<void> }[] = [];
  const registry = new Registry();
  const settle = async (how: () => void) => {
    how();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const infer = tenantIsolation.wrap(
    ({ tenant, pixels }) =>
      new Promise((resolve, reject) => {
        runs.push({
          tenant,
          end: () => settle(() => resolve(Float32Array.of(pixels[0]!))),
          fail: () => settle(() => reject(new Error('poison'))),
        });
      }),
    Default(TenantIsolationOptionsSchema, { ...changes }) as TenantIsolationOptions,
    { metrics: patternMetrics(registry)('tenant-isolation'), threads } as unknown as ModelServerContext,
  );
  const ask = (tenant?: string, value = 0) => {
    const call = { version: 'mlp-1', rows: 1, pixels: Float32Array.of(value) };
    return infer({ ...call, ...(tenant === undefined ? {} : { tenant }) });
  };
  const metric = async (name: string) => (await registry.getSingleMetric(name)!.get()).values[0]?.value ?? 0;
  return { runs, ask, metric, running: () => runs.map(({ tenant }) => tenant) };
}

describe('a slot', () => {
  test('is left to others by a tenant that would take them all', () => {
    const { ask, running } = build();
    for (let i = 0; i < 5; i += 1) void ask('crowd');
    expect(running()).toEqual(['crowd']);
    void ask('small');
    expect(running()).toEqual(['crowd', 'small']);
  });

  test('is not left over where none is reserved', () => {
    const { ask, running } = build({ reservedSlots: 0 });
    for (let i = 0; i < 5; i += 1) void ask('crowd');
    expect(running()).toEqual(['crowd', 'crowd']);
  });

  test('is there for everybody where there is only one', async () => {
    const { ask, runs, running } = build({}, 1);
    for (let i = 0; i < 5; i += 1) void ask('crowd');
    void ask('small');
    expect(running()).toEqual(['crowd']);
    await runs[0]!.end();
    await runs[1]!.end();
    expect(running().slice(0, 3)).toContain('small');
  });

  test('is free again after a run that failed', async () => {
    const { ask, runs, running, metric } = build({}, 1);
    const first = ask('a');
    first.catch(() => {});
    void ask('a');
    await runs[0]!.fail();
    await expect(first).rejects.toThrow('poison');
    expect(running()).toHaveLength(2);
    expect(await metric(METRICS.patternInFlight)).toBe(1);
  });
});

describe('a line', () => {
  test('that is full refuses its own tenant with 429, and nobody else', async () => {
    const { ask, metric } = build({ maxWaiting: 2 });
    for (let i = 0; i < 3; i += 1) void ask('crowd');
    await expect(ask('crowd')).rejects.toMatchObject({
      statusCode: 429,
      message: expect.stringContaining("'crowd'"),
    });
    expect(await metric(METRICS.patternTurnedAway)).toBe(1);
    void ask('small');
    expect(await metric(METRICS.patternTurnedAway)).toBe(1);
  });

  test('is shared by those that name no tenant, as one tenant', async () => {
    const { ask } = build({ maxWaiting: 1 });
    for (let i = 0; i < 2; i += 1) void ask();
    await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('name no tenant') });
  });

  test('gives each call its own answer', async () => {
    const { ask, runs } = build({ reservedSlots: 0 });
    const answers = [1, 2, 3].map((value) => ask('a', value));
    for (let i = 0; i < 3; i += 1) await runs[i]!.end();
    expect((await Promise.all(answers)).map(([value]) => value)).toEqual([1, 2, 3]);
  });
});
