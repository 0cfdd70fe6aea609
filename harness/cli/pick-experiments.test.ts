import { expect, test } from 'vitest';
import { maps } from './maps.ts';
import { pickExperiments } from './pick-experiments.ts';

const pick = (...names: string[]) => pickExperiments(names, maps, () => true);

test('without a name all are picked, in the order of the map', async () => {
  const { experiments } = await pick();
  expect(experiments.map(({ name }) => name)).toEqual(Object.keys(maps.experiments));
});

test.each<[string, string[], string, string]>([
  [
    'a name twice',
    ['steady-1000', 'steady-1000'],
    'bad-arguments',
    "Two of the experiments are called 'steady-1000'",
  ],
  [
    'a name and a path to the same',
    ['circuit-breaker', './experiments/circuit-breaker.ts'],
    'bad-arguments',
    "Two of the experiments are called 'circuit-breaker'",
  ],
  ['a name of the language', ['constructor'], 'unknown-name', "Unknown experiment 'constructor'"],
  [
    'a file that exports nothing by default',
    ['./experiments/index.ts'],
    'bad-experiment',
    './experiments/index.ts has no default export; export default defineExperiment({…}).',
  ],
])('%s is refused in words', async (_, names, code, words) => {
  await expect(pick(...names)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});
