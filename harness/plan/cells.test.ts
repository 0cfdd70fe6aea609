import { describe, expect, test } from 'vitest';
import { faults } from '#chaos/index.ts';
import type { Experiment } from '#contract/experiment.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import { CANDIDATE } from '#contract/names.ts';
import { experimentOf, type PlannedExperiment, PlanSchema } from '#contract/plan.ts';
import { problemsOf } from '#contract/validate.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { scenarios } from '#scenarios/catalog.ts';
import { planLength } from '../cli/describe.ts';
import { readObjectives } from '../cli/objectives.ts';
import { plan } from '../plan.ts';
import type { PlanRequest } from './request.ts';

const request: PlanRequest = {
  command: 'compare',
  profile: 'full',
  seed: 1,
  experiments: [circuitBreaker],
  faults,
  scenarios,
  objectives: (await readObjectives()).byName,
  mostPerSecond: MOST_PER_CORE,
  capacities: {},
  ratePerSecond: 20,
};
const { experiments } = plan(request);
const [headline, ...cells] = experiments;

/** Four variants, nine faults, and long ones. */
const large = {
  ...circuitBreaker,
  load: { ...circuitBreaker.load, seconds: { warmUp: 3, steady: 10, fault: 20, recovery: 10 } },
  baselines: {
    'no-timeout': circuitBreaker.candidate,
    'timeout-100ms-fallback': circuitBreaker.candidate,
    third: circuitBreaker.candidate,
  },
  claims: [],
} as Experiment;

function faultSeconds({ faults: [fault] }: PlannedExperiment): number {
  return (fault!.healAtMs - fault!.injectAtMs) / 1000;
}

describe('profile full', () => {
  test('plays the headline fault in six rounds and every other one as a cell of two', () => {
    expect(headline).toMatchObject({ name: 'circuit-breaker', faults: [{ name: 'latency' }] });
    expect(headline!.tapes).toHaveLength(6);
    expect(headline).not.toHaveProperty('cellOf');
    const others = Object.keys(circuitBreaker.faults).slice(1);
    expect(cells.map(({ name }) => name)).toEqual(others.map((fault) => `circuit-breaker@${fault}`));
    for (const cell of cells) {
      expect(cell.name).toBe(`${experimentOf(cell)}@${cell.faults[0]!.name}`);
      expect(cell.tapes).toHaveLength(2);
      // With each fault those that something is claimed against.
      const against = new Set(cell.claims.map((claim) => claim.against));
      expect(new Set(Object.keys(cell.variants))).toEqual(new Set([CANDIDATE, ...against]));
    }
  });

  test('is a plan like any other, whose first part is what standard plays', () => {
    expect(problemsOf(PlanSchema, plan(request))).toEqual([]);
    expect(plan({ ...request, profile: 'standard' }).experiments).toEqual([headline]);
  });

  test('plays the same requests in a cell as in the headline, while its fault lasts as long', () => {
    expect(cells[0]!.tapes).toEqual(headline!.tapes.slice(0, 2));
  });

  test('shortens the faults of cells where it would take longer than an hour, and then takes no longer', () => {
    const [whole, ...others] = plan({ ...request, experiments: [large] }).experiments;
    expect(faultSeconds(whole!)).toBe(20);
    expect(new Set(others.map(faultSeconds))).toEqual(new Set([10]));
    const minutes = planLength(plan({ ...request, experiments: [large] }));
    expect(Number(/^([\d.]+) minutes$/.exec(minutes)![1])).toBeLessThan(60);
  });

  test('takes another length of the fault for all parts alike', () => {
    const longer = plan({ ...request, experiments: [large], durationSeconds: 12 });
    expect(new Set(longer.experiments.map(faultSeconds))).toEqual(new Set([12]));
  });

  test('takes neither one fault nor more looks, and is for comparisons alone', () => {
    expect(() => plan({ ...request, fault: 'kill' })).toThrow(/takes no --fault; --profile standard does/);
    expect(() => plan({ ...request, look: { number: 1, of: 4 } })).toThrow(
      /takes no --extend-until-conclusive/,
    );
    expect(() => plan({ ...request, command: 'chaos' })).toThrow("can't be played by chaos");
  });
});
