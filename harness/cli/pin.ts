import { resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import { EXIT, EXIT_MEANING, type ExitCode } from '#contract/exit-codes.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { Pin } from '#contract/pin.ts';
import type { ExperimentVerdict, Verdict } from '#contract/verdict.ts';
import { plural } from '#reports/format.ts';
import { pinOf } from '#slo/pin.ts';
import { FEWEST_TRIALS } from '#slo/regression.ts';
import { pinsFolder, readPin, writePin } from './pins.ts';
import { readRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

/** `pin`: keeps a run as the reference that `gate` holds later ones against. */
export async function runPin(name: string, options: { pins?: string }): Promise<ExitCode> {
  const folder = resolve(options.pins ?? pinsFolder);
  const saved = await readRun(name);
  const verdict = judgeFacts(saved.plan, saved, undefined);
  if (verdict.outcome !== 'pass' || verdict.exitCode !== EXIT.pass)
    throw new GauntletError('not-pinned', notPassed(verdict));
  // A cell has two rounds, too few to say how much they differ.
  const pins = saved.plan.experiments
    .filter(({ cellOf }) => cellOf === undefined)
    .map((experiment) => pinOf(saved.plan, experiment, saved.record, saved.samples));
  const thin = pins.find((one) => trialsOf(one) < FEWEST_TRIALS);
  if (thin) throw new GauntletError('not-pinned', tooFew(thin));
  for (const one of pins) {
    const older = await readPin(folder, one.command, one.experiment).catch(() => null);
    const instead = older ? `, in place of ${older.runId}` : '';
    process.stdout.write(`kept ${one.runId} as ${await writePin(folder, one)}${instead}\n`);
  }
  process.stdout.write('Commit it, so that everybody is held against the same: npm run gate\n');
  return EXIT.pass;
}

function trialsOf({ metrics }: Pin): number {
  return Math.min(...Object.values(metrics).map((values) => values.length));
}

function tooFew(one: Pin): string {
  const { command, experiment, runId } = one;
  return (
    `${runId} is not kept: '${experiment}' has ${plural(trialsOf(one), 'valid trial')} of the candidate, and ${FEWEST_TRIALS} ` +
    `are needed to say how much they differ; npm run ${command} -- ${experiment} --profile standard plays six.`
  );
}

function notPassed({ runId, exitCode, experiments }: Verdict): string {
  const meaning = EXIT_MEANING[exitCode as ExitCode] ?? 'unknown';
  const why = experiments.filter(({ outcome }) => outcome !== 'pass').map(reasonOf);
  return [
    `${runId} is not kept, since a reference must have passed; its exit code is ${exitCode}: ${meaning}.`,
    ...why,
  ].join('\n  ');
}

function reasonOf({ name, outcome, objectives, validity }: ExperimentVerdict): string {
  const rules = validity
    .filter(({ variant, held }) => variant === CANDIDATE && !held)
    .map(({ rule }) => rule);
  const open = objectives
    .filter((one) => one.variant === CANDIDATE && one.outcome !== 'pass')
    .map((one) => one.name);
  const named = [...new Set(outcome === 'invalid' ? rules : open)];
  return `${name}: ${outcome}${named.length > 0 ? ` (${named.join(', ')})` : ''}`;
}
