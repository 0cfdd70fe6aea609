import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { faults } from '#chaos/index.ts';
import { EXIT } from '#contract/exit-codes.ts';
import type { Experiment } from '#contract/experiment.ts';
import { MOST_PER_CORE } from '#contract/limits.ts';
import { type Plan, PlanSchema } from '#contract/plan.ts';
import { problemsOf } from '#contract/validate.ts';
import { planText } from '#harness/cli/describe.ts';
import { maps } from '#harness/cli/maps.ts';
import { readObjectives } from '#harness/cli/objectives.ts';
import { checkedExperiments, pickExperiments } from '#harness/cli/pick-experiments.ts';
import { neededCapacity } from '#harness/plan/rates.ts';
import { plan } from '#harness/plan.ts';
import { scenarios } from '#scenarios/catalog.ts';
import gatewayFaults from '../fixtures/experiments/gateway-faults.ts';
import shortBreaker from '../fixtures/experiments/short-breaker.ts';
import slowClientLink from '../fixtures/experiments/slow-client-link.ts';
import { temporaryFolder } from '../sim/saved.ts';
import { type Effort, expectWords, fuzz } from './fuzz.ts';
import { anyJunk, edited, edits, mutate, mutations, type Tree } from './mutate.ts';

const objectives = (await readObjectives()).byName;

/** Little load, so that most of the time goes into reading experiments and not into making tapes. */
const originals = [
  ...Object.values<Experiment>(maps.experiments),
  gatewayFaults,
  shortBreaker,
  slowClientLink,
].map(
  (experiment): Experiment => ({
    ...experiment,
    load: {
      ...experiment.load,
      rate: 'perSecond' in experiment.load.rate ? { perSecond: 20 } : { ofCapacity: 0.6, atMost: 20 },
    },
  }),
);

const asked = fc.record({
  command: fc.constantFrom('loadtest' as const, 'chaos' as const, 'compare' as const),
  profile: fc.constantFrom('quick' as const, 'standard' as const, 'soak' as const),
  seed: fc.nat(2 ** 31 - 1),
  ratePerSecond: fc.option(fc.double({ min: 1, max: 100, noNaN: true }), { nil: undefined, freq: 8 }),
  durationSeconds: fc.option(fc.constantFrom(1, 7.5, 30), { nil: undefined, freq: 8 }),
  fault: fc.option(fc.constantFrom('latency', 'kill', 'none', 'constructor', '__proto__', ''), {
    nil: undefined,
    freq: 8,
  }),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/**
 * The way of an experiment from its module to the plan: an error in words, or a plan that is right by its schema and
 * the same when it is read again.
 */
export async function fuzzExperiments(effort: Effort): Promise<void> {
  const input = fc.record({ original: fc.constantFrom(...originals), changes: mutations(anyJunk, 3), asked });
  const holds = async ({
    original,
    changes,
    asked: options,
  }: typeof input extends fc.Arbitrary<infer T> ? T : never) => {
    const value = structuredClone(original);
    for (const change of changes) mutate(value as unknown as Tree, change);
    await expectPlanOrWords(options, () => checkedExperiments([value], maps, objectives));
  };
  await fuzz(input, holds, effort);
}

/** The same from the text of its file on. */
export async function fuzzExperimentFiles(effort: Effort): Promise<void> {
  const folder = await temporaryFolder();
  const put = fc.oneof(
    fc.string(),
    fc.constantFrom('null', '-', '{', '"', 'throw null;', 'import "x";', '\0', '//'),
  );
  const input = fc.record({ original: fc.constantFrom(...originals), changes: edits(put, 3), asked });
  let files = 0;
  const holds = async ({
    original,
    changes,
    asked: options,
  }: typeof input extends fc.Arbitrary<infer T> ? T : never) => {
    files += 1;
    const file = join(folder, `mine-${files}.mjs`);
    writeFileSync(file, edited(`export default ${JSON.stringify(original, null, 1)};\n`, changes));
    await expectPlanOrWords(
      options,
      async () => (await pickExperiments([file], maps, () => true)).experiments,
    );
  };
  await fuzz(input, holds, effort);
}

async function expectPlanOrWords(
  options: Asked,
  pick: () => readonly Experiment[] | Promise<readonly Experiment[]>,
): Promise<void> {
  let planned: Plan;
  try {
    const experiments = await pick();
    const capacities = Object.fromEntries(
      experiments.map((one) => [
        one.name,
        capacityOf(neededCapacity(one, faults, MOST_PER_CORE)?.perSecond ?? 1),
      ]),
    );
    planned = plan({
      ...options,
      experiments,
      faults,
      scenarios,
      objectives,
      mostPerSecond: MOST_PER_CORE,
      capacities,
    });
    expect(planText(planned, { experiments, capacities, overridden: false })).not.toBe('');
  } catch (error) {
    expectWords(error, EXIT.usage);
    return;
  }
  const shortened = { ...planned, experiments: planned.experiments.map(withShortTapes) };
  expect(problemsOf(PlanSchema, shortened)).toEqual([]);
  expect(JSON.stringify(JSON.parse(JSON.stringify(shortened)))).toBe(JSON.stringify(shortened));
}

/** The schema looks at each entry of a tape, which of millions would take its time. */
function withShortTapes(experiment: Plan['experiments'][number]): Plan['experiments'][number] {
  const tapes = experiment.tapes.map(({ atMs, key, phases }) => {
    expect(atMs.length).toBe(key.length);
    return { atMs: atMs.slice(-100), key: key.slice(-100), phases };
  });
  return { ...experiment, tapes };
}

function capacityOf(perSecond: number) {
  return { variant: 'v', perSecond, atLeast: true, measuredAt: '2026-01-01' };
}
