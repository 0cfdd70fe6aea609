import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import type { Fault } from '#contract/fault.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import asyncFaults from '#experiments/async-faults.ts';
import type { PlanRequest } from './request.ts';
import { planSoak } from './soak.ts';

const request = (seed: number, durationSeconds?: number): PlanRequest => ({
  command: 'chaos',
  profile: 'soak',
  seed,
  experiments: [asyncFaults],
  faults: faults as Record<string, Fault>,
  scenarios: {},
  objectives: {},
  mostPerSecond: MOST_PER_CORE,
  capacities: {},
  ratePerSecond: 60,
  durationSeconds,
});
const soakOf = (seed: number, durationSeconds?: number) =>
  planSoak(asyncFaults, request(seed, durationSeconds), 60);

describe('a soak', () => {
  const [beside, ...kills] = soakOf(1);

  test('kills each service as often as it says, one at a time', () => {
    for (const service of asyncFaults.soak.kills) {
      const own = kills.filter(({ name }) => name.startsWith(`kill-${service}-`));
      expect(own).toHaveLength(asyncFaults.soak.each);
      for (const { inject, heal } of own)
        expect([...inject, ...heal]).toEqual([
          { do: 'kill', service },
          { do: 'restart', service },
        ]);
    }
    for (const [i, { injectAtMs }] of kills.entries())
      if (i > 0) expect(injectAtMs).toBeGreaterThan(kills[i - 1]!.healAtMs);
  });

  test('lies within the fault that is there beside, and lasts 15 to 25 minutes', () => {
    expect(beside!.name).toBe('slow-acknowledgements');
    expect(kills[0]!.injectAtMs).toBeGreaterThan(beside!.injectAtMs);
    expect(kills.at(-1)!.healAtMs).toBeLessThan(beside!.healAtMs);
    const minutes = (beside!.healAtMs - beside!.injectAtMs) / 60_000;
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThan(25);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(soakOf(1)).toEqual(soakOf(1));
    expect(soakOf(2)).not.toEqual(soakOf(1));
  });

  test('has fewer kills where it is asked to be shorter', () => {
    const fit = Math.floor(45 / asyncFaults.soak.everySeconds);
    // Beside them, what is there all the time.
    expect(soakOf(1, 45)).toHaveLength(fit + 1);
  });
});
