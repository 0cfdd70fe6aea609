import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Experiment } from '#contract/experiment.ts';
import circuitBreaker from '#experiments/circuit-breaker.ts';
import { experiments } from '#experiments/index.ts';
import manyMistakes from '../../test/fixtures/experiments/many-mistakes.ts';
import slowClientLink from '../../test/fixtures/experiments/slow-client-link.ts';
import { experimentProblems } from './check-experiment.ts';
import { maps } from './maps.ts';
import { readObjectives } from './objectives.ts';

const folder = mkdtempSync(join(tmpdir(), 'gauntlet-objectives-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mine = (name: string, target: string) => `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  service: gateway
  indicator:
    metadata: { name: goodput }
    spec:
      ratioMetric:
        good: { metricSource: { type: gauntlet, spec: { indicator: goodput, phase: steady } } }
        total: { metricSource: { type: gauntlet, spec: { count: planned-requests, phase: steady } } }
  budgetingMethod: Occurrences
  objectives: [{ target: ${target} }]
`;

describe('reading files of objectives', () => {
  test('without paths: those of slo/objectives, by file and name', async () => {
    const { byName, objectives, skipped } = await readObjectives();
    expect(Object.keys(byName)).toContain('serving/available');
    expect(byName['resilience/available']).not.toEqual(byName['serving/available']);
    expect(objectives).toEqual(Object.values(byName));
    expect(skipped).toEqual([]);
  });

  test('a file of somebody: its objectives in order, and what was skipped', async () => {
    const text = `kind: Service\napiVersion: openslo/v1\n---\n${mine('b', '0.9')}---\n${mine('a', '0.8')}`;
    const path = file('own.yaml', text);
    const { objectives, byName, skipped } = await readObjectives([path]);
    expect(objectives.map(({ name, target }) => [name, target])).toEqual([
      ['b', 0.9],
      ['a', 0.8],
    ]);
    expect(Object.keys(byName)).toEqual(['own/b', 'own/a']);
    expect(skipped).toEqual([`${path}:1:1: skipped, kind Service is not SLO`]);
  });

  test.each([
    ['no file', () => './nope.yaml', 'no-such-file', 'There is no file of objectives ./nope.yaml.'],
    ['a folder', () => folder, 'no-such-file', "can't be read"],
    [
      'an empty file',
      () => file('empty.yaml', ''),
      'bad-objectives',
      'empty.yaml holds no objective that Gauntlet can judge.',
    ],
    [
      'only what is somebody else’s',
      () => file('others.yaml', 'apiVersion: openslo/v1\nkind: Service\n'),
      'bad-objectives',
      'others.yaml:1:1: skipped, kind Service is not SLO',
    ],
    [
      'what is wrong',
      () => file('wrong.yaml', mine('a', '1')),
      'bad-objectives',
      'wrong.yaml:13:26: spec.objectives[0].target: must',
    ],
  ])('%s is an error in words', async (_, path, code, words) => {
    const reading = readObjectives([path()]);
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('the problems of all files come at once', async () => {
    const paths = [file('one.yaml', mine('a', '1')), file('two.yaml', mine('B', '0.5'))];
    await expect(readObjectives(paths)).rejects.toThrow(/one\.yaml:13:[\s\S]*two\.yaml:3:/);
  });
});

describe('the objectives of an experiment', async () => {
  const { byName } = await readObjectives();
  const problems = (objectives: unknown[]) =>
    experimentProblems({ ...circuitBreaker, objectives } as Experiment, maps, byName);

  test('are known for every experiment of the house', () => {
    for (const experiment of Object.values(experiments)) {
      expect(experimentProblems(experiment, maps, byName)).toEqual([]);
    }
  });

  test('may be written out', () => {
    expect(experimentProblems(slowClientLink, maps, byName)).toEqual([]);
  });

  test('that are wrong are said beside whatever else is wrong', () => {
    expect(experimentProblems(manyMistakes, maps, byName).join('\n')).toContain(
      "Unknown objective 'wealthy' in slo/objectives/serving.yaml",
    );
  });

  const goodput = { name: 'a', indicator: 'goodput', phase: 'steady', target: 0.5 };
  test.each([
    [
      'an unknown file',
      ['nowhere/available'],
      "Unknown file of objectives 'nowhere' in 'nowhere/available'; known: jobs, overload, resilience, serving.",
    ],
    [
      'an unknown name',
      ['serving/availble'],
      "Unknown objective 'availble' in slo/objectives/serving.yaml; known: available, p95-below-100ms, faithful, correct-in-time.",
    ],
    [
      'a name alone',
      ['available'],
      "An objective is named file/name, not 'available'; known: jobs/accounted-for,",
    ],
    ['a name of the language', ['serving/constructor'], "Unknown objective 'constructor'"],
    ['a number', [3], "Unknown indicator 'undefined' in objectives.0; known: availability, latency,"],
    [
      'an unknown indicator',
      [{ ...goodput, indicator: 'speed' }],
      "Unknown indicator 'speed' in objectives.0",
    ],
    ['a target above 1', [{ ...goodput, target: 2 }], 'objectives.0.target: must be <= 1'],
    ['an unknown key', [{ ...goodput, withinMs: 2 }], 'objectives.0.withinMs: unknown key'],
    [
      'recovery in another phase',
      [{ ...goodput, indicator: 'recovery', withinSeconds: 3 }],
      'objectives.0.phase: must be "recovery"',
    ],
    [
      'one name twice',
      ['serving/available', 'resilience/available'],
      "Two of the objectives are called 'available'; each needs its own name.",
    ],
  ])('%s is refused in one sentence', (_, objectives, words) => {
    const found = problems(objectives);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });

  test('none at all is a problem of its shape', () => {
    expect(problems([])).toEqual(['objectives: must not have fewer than 1 items']);
  });
});
