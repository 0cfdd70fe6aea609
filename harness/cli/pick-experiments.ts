import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GauntletError, unknownName } from '#contract/errors.ts';
import type { Experiment, Objective } from '#contract/experiment.ts';
import { experimentProblems } from './check-experiment.ts';
import type { Maps } from './maps.ts';
import { readObjectives } from './objectives.ts';
import { isTargetExperiment, targetExperiment } from './target-experiment.ts';

export interface Picked {
  experiments: Experiment[];
  /** By `file/name`: those that experiments can name. */
  objectives: Record<string, Objective>;
}

/** The experiments that were asked for, by name or by path; the headline ones that `fits` when none was. */
export async function pickExperiments(
  names: readonly string[],
  maps: Maps,
  fits: (experiment: Experiment) => boolean,
): Promise<Picked> {
  const { byName: objectives } = await readObjectives();
  const known: Record<string, Experiment> = maps.experiments;
  const own = await ownFiles();
  const paths = names.length === 0 ? [...own.values()] : names.map((name) => own.get(name) ?? name);
  const picked =
    paths.length === 0
      ? maps.headline.map((name) => byName(name, known)).filter(fits)
      : await Promise.all(paths.map((name) => (isPath(name) ? load(name) : byName(name, known))));
  return { experiments: checkedExperiments(picked, maps, objectives), objectives };
}

/** What is meant to be experiments, once nothing is wrong with any of them. */
export function checkedExperiments(
  values: readonly unknown[],
  maps: Maps,
  objectives: Record<string, Objective>,
): Experiment[] {
  const problems = values.flatMap((value) =>
    experimentProblems(value, maps, objectives).map((problem) => `  ${nameOf(value)}: ${problem}`),
  );
  if (problems.length > 0)
    throw new GauntletError('bad-experiment', `The experiment can't be played:\n${problems.join('\n')}`);
  const experiments = values as Experiment[];
  const names = experiments.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new GauntletError(
      'bad-arguments',
      `Two of the experiments are called '${twice}'; a run knows each by its name, so play them one by one.`,
    );
  }
  return experiments;
}

function nameOf(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null;
  const name: unknown = isObject ? Object.getOwnPropertyDescriptor(value, 'name')?.value : undefined;
  return typeof name === 'string' ? name : '?';
}

const OWN_FOLDER = 'gauntlet/experiments';
const ENDINGS: readonly string[] = ['.ts', '.mts', '.mjs', '.js'];

/** The experiments of the folder that the command was typed in, as `init` makes them, by name; none in most. */
async function ownFiles(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(OWN_FOLDER).catch(() => [])).toSorted();
  const experiments = files.filter((file) => ENDINGS.includes(extname(file)));
  return new Map(experiments.map((file) => [basename(file, extname(file)), `${OWN_FOLDER}/${file}`]));
}

function isPath(name: string): boolean {
  return name.includes('/') || ENDINGS.includes(extname(name));
}

function byName(name: string, known: Record<string, Experiment>): Experiment {
  const experiment = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!experiment) {
    throw new GauntletError(
      'unknown-name',
      `${unknownName('experiment', name, Object.keys(known))} A path (./mine.ts) works too.`,
    );
  }
  return experiment;
}

async function load(path: string): Promise<unknown> {
  const file = resolve(path);
  if (!existsSync(file)) throw new GauntletError('no-such-file', `There is no experiment file ${path}.`);
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new GauntletError(
      'bad-experiment',
      `${path} can't be loaded: ${(error as Error | null)?.message ?? error}`,
    );
  }
  if (module.default === undefined)
    throw new GauntletError(
      'bad-experiment',
      `${path} has no default export; export default defineExperiment({…}).`,
    );
  // Its shape is checked with all others.
  return isTargetExperiment(module.default) ? targetExperiment(module.default, path) : module.default;
}
