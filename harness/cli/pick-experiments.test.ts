import { expect, test } from 'vitest';
import { maps } from './maps.ts';
import { pickExperiments } from './pick-experiments.ts';

const pick = (...names: string[]) => pickExperiments(names, maps, () => true);

test('without a name the headline experiments are picked, in their order', async () => {
  const { experiments } = await pick();
  expect(experiments.map(({ name }) => name)).toEqual(maps.headline);
});

test('of the headline experiments those that fit are picked', async () => {
  const { experiments } = await pickExperiments([], maps, ({ pattern }) => pattern !== null);
  expect(experiments.map(({ name }) => name)).toEqual(maps.headline.filter((name) => name !== 'steady-1000'));
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
