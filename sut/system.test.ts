import { describe, expect, test } from 'vitest';
import { VariantSchema } from '#contract/topology.ts';
import { problemsOf } from '#contract/validate.ts';
import { system, withOptions, without } from './system.ts';

const candidate = () =>
  system({
    services: { gateway: { upstreamConnections: 8 } },
    patterns: { 'circuit-breaker': { callTimeoutMs: 50, windowMs: 1_000 } },
  });

test('the bare system is a valid variant without patterns', () => {
  expect(problemsOf(VariantSchema, system())).toEqual([]);
  expect(system().patterns).toEqual({});
});

test('what the spec says replaces the default, and the rest stays', () => {
  expect(candidate().services).toEqual({
    gateway: { upstreamConnections: 8 },
    'model-server': { threads: 1 },
  });
  expect(system({ models: { primary: 'xl-1' } }).models).toEqual({ primary: 'xl-1', fallback: 'lin-1' });
});

describe('without', () => {
  test('takes out exactly that pattern', () => {
    const other = { ...candidate(), patterns: { ...candidate().patterns, other: { a: 1 } } };
    expect(without(other, 'circuit-breaker')).toEqual({ ...candidate(), patterns: { other: { a: 1 } } });
  });

  test('leaves a system that has not that pattern as it is', () => {
    expect(without(system(), 'circuit-breaker')).toEqual(system());
  });

  test('leaves the original untouched', () => {
    const original = candidate();
    without(original, 'circuit-breaker');
    expect(original).toEqual(candidate());
  });
});

describe('withOptions', () => {
  test('changes the named options and keeps the others', () => {
    const changed = withOptions(candidate(), { 'circuit-breaker': { trips: false, windowMs: 500 } });
    expect(changed).toEqual({
      ...candidate(),
      patterns: { 'circuit-breaker': { callTimeoutMs: 50, windowMs: 500, trips: false } },
    });
  });

  test('leaves the original untouched', () => {
    const original = candidate();
    withOptions(original, { 'circuit-breaker': { callTimeoutMs: 1 } });
    expect(original).toEqual(candidate());
  });
});
