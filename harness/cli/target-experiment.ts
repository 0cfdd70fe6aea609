import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { StageSetup } from '#contract/effects.ts';
import { GauntletError } from '#contract/errors.ts';
import { type Experiment, type TargetExperiment, TargetExperimentSchema } from '#contract/experiment.ts';
import type { Target, TargetFile } from '#contract/target.ts';
import type { Variant } from '#contract/topology.ts';
import { problemsOf } from '#contract/validate.ts';
import { readTextFile } from '#harness/effects/text-files.ts';
import { areChecked, payloadProblems, requestOf } from '#harness/target/adapter.ts';
import { type Payload, readPayloads } from '#harness/target/payloads.ts';
import type { RequestSource } from '../load-file.ts';
import { dataProblems } from './check-data.ts';
import { readObjectives, shown } from './objectives.ts';

/** Stands where a system of ours has its configuration; nothing of it is started. */
const SOMEBODYS_OWN: Variant = {
  services: { gateway: { upstreamConnections: 1 }, 'model-server': { threads: 1 } },
  models: { primary: 'target', fallback: 'target' },
  patterns: {},
};

/** What a file exports is about a target, right or wrong. */
export function isTargetExperiment(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'target' in value && !('candidate' in value);
}

/** The experiment of a file about a target, with the payloads and objectives that it names by their paths. */
export async function targetExperiment(value: unknown, file: string): Promise<Experiment> {
  const data = dataProblems(value);
  const problems = data.length > 0 ? data : problemsOf(TargetExperimentSchema, value);
  if (problems.length > 0) throw wrong(file, problems);
  const { target, objectives, ...rest } = value as TargetExperiment;
  const folder = dirname(resolve(file));
  const own =
    typeof objectives === 'string'
      ? (await readObjectives([resolve(folder, objectives)])).objectives
      : objectives;
  const payloads = await foundPayloads(target, resolve(folder, target.payloads), file);
  return {
    ...rest,
    objectives: own,
    pattern: null,
    candidate: SOMEBODYS_OWN,
    baselines: {},
    mainBaseline: null,
    claims: [],
    target: { ...target, payloads },
  };
}

async function foundPayloads(
  target: TargetFile,
  path: string,
  experimentFile: string,
): Promise<Target['payloads']> {
  const name = shown(path);
  const { text, payloads } = await payloadsOf(path, name);
  const problems = payloadProblems(target, payloads);
  if (problems.length > 0)
    throw wrong(
      experimentFile,
      problems.map((problem) => `${name}: ${problem}`),
    );
  return {
    file: name,
    digest: createHash('sha256').update(text).digest('hex'),
    rows: payloads.length,
    checked: areChecked(target, payloads),
  };
}

async function payloadsOf(path: string, name: string): Promise<{ text: string; payloads: Payload[] }> {
  const text = await readTextFile(path, 'file of payloads');
  const { payloads, problems } = readPayloads(text, name);
  if (problems.length > 0)
    throw new GauntletError('bad-payloads', `The payloads can't be read:\n  ${problems.join('\n  ')}`);
  return { text, payloads };
}

function wrong(file: string, problems: readonly string[]): GauntletError {
  const lines = problems.map((problem) => `  ${problem}`);
  return new GauntletError('bad-experiment', `The experiment ${file} can't be played:\n${lines.join('\n')}`);
}

/** What is asked of each target, by the file of its payloads. */
export async function targetRequests(
  experiments: readonly Experiment[],
): Promise<(setup: Pick<StageSetup, 'target'>) => RequestSource> {
  const byFile = new Map<string, Payload[]>();
  for (const { target } of experiments)
    if (target)
      byFile.set(
        target.payloads.file,
        (await payloadsOf(resolve(target.payloads.file), target.payloads.file)).payloads,
      );
  return ({ target }) => {
    const payloads = byFile.get(target!.payloads.file)!;
    return { requestFor: (key) => requestOf(target!, payloads[key]!), poisonBody: '', tolerance: {} };
  };
}
