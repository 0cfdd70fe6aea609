import { basename, dirname, resolve } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { ExitCode } from '#contract/exit-codes.ts';
import { fingerprintOf, fingerprintText } from '#contract/fingerprint.ts';
import type { Pin } from '#contract/pin.ts';
import type { RunRecord } from '#contract/record.ts';
import { readCalibrations } from '#harness/effects/calibration-cache.ts';
import { addToJobSummary } from '#harness/effects/job-summary.ts';
import { createRunFolder } from '#harness/effects/run-folder.ts';
import type { References } from '#slo/against-pin.ts';
import { planDigestOf } from '#slo/pin.ts';
import { cacheDir } from './cache-dir.ts';
import { openConsole } from './console.ts';
import { pinsFolder, readPin } from './pins.ts';
import { renderAll } from './render.ts';
import { refreshRunsIndex } from './runs-index.ts';
import { readRun, type SavedRun } from './saved-run.ts';
import { judgeFacts } from './verdict.ts';

interface GateOptions {
  pins?: string;
  allowOtherMachine: boolean;
  out?: string;
  json: boolean;
  allow?: 'inconclusive';
}

/** `gate`: a run's objectives, and whether it is worse than its pin; for CI. */
export async function runGate(name: string, options: GateOptions): Promise<ExitCode> {
  const saved = await readRun(name);
  const pins = await pinsFor(saved, resolve(options.pins ?? pinsFolder));
  const strangers = Object.values(pins).filter((pin) => isOfAnotherMachine(pin, saved.record));
  if (strangers[0] && !options.allowOtherMachine)
    throw new GauntletError('other-machine', otherMachine(strangers[0], saved.record));
  const references = { pins, calibrations: await calibrationsFor(saved) };
  const verdict = judgeFacts(saved.plan, saved, options.allow, references);
  const console = openConsole(options.json ? process.stderr : process.stdout);
  const foreign = strangers.map((pin) => otherMachine(pin, saved.record));
  for (const note of [...saved.notes, ...foreign, ...pinNotes(saved, pins)]) console.line(note);
  const runFolder = resolve(options.out ?? saved.path);
  const folder = await createRunFolder(dirname(runFolder), basename(runFolder));
  let summary = '';
  const writeFiles = async (files: Record<string, string>) => {
    summary += files['report.md'] ?? '';
    await folder.writeFiles(files);
  };
  const failed = await renderAll({ ...saved, verdict, runFolder }, writeFiles, console);
  const unwritten = await addToJobSummary(summary);
  if (unwritten !== null) console.line(unwritten);
  await refreshRunsIndex(dirname(saved.path), console);
  if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (failed.length > 0) throw new GauntletError('internal', `Not rendered: ${failed.join(', ')}.`);
  return verdict.exitCode as ExitCode;
}

async function pinsFor({ plan }: SavedRun, folder: string): Promise<Record<string, Pin>> {
  const found: Record<string, Pin> = {};
  for (const { name } of plan.experiments) {
    const pin = await readPin(folder, plan.command, name);
    if (pin) found[name] = pin;
  }
  return found;
}

async function calibrationsFor({ plan, record }: SavedRun): Promise<References['calibrations']> {
  const fingerprint = fingerprintOf(record.machine);
  const found = plan.experiments.map(
    async ({ name }) => [name, await readCalibrations(cacheDir, fingerprint, name)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

function isOfAnotherMachine({ fingerprint }: Pin, { machine }: RunRecord): boolean {
  return fingerprint.digest !== fingerprintOf(machine).digest;
}

function otherMachine({ experiment, fingerprint, runId }: Pin, { machine }: RunRecord): string {
  return (
    `The pin of '${experiment}', ${runId}, is of another machine than this run, and times of two machines say ` +
    `nothing of each other:\n  pin  ${fingerprintText(fingerprint)}\n  run  ${fingerprintText(fingerprintOf(machine))}\n` +
    'Pin a run of this machine, or give --allow-other-machine.'
  );
}

function pinNotes({ plan, record }: SavedRun, pins: Record<string, Pin>): string[] {
  const pinnable = plan.experiments.filter(({ cellOf }) => cellOf === undefined);
  return pinnable.flatMap((experiment) => {
    const { name } = experiment;
    const pin = pins[name];
    if (!pin)
      return [
        `${name}: no pin of ${plan.command}, so its objectives alone are judged. To keep a run as reference: npm run pin -- ${record.runId}`,
      ];
    return pin.planDigest === planDigestOf(experiment)
      ? []
      : [
          `${name}: its configuration, objectives or claims are not what they were in the pinned run ${pin.runId}.`,
        ];
  });
}
