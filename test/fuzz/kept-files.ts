import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { EXIT } from '#contract/exit-codes.ts';
import { CALIBRATION_VERSION, type Calibration } from '#contract/pin.ts';
import { problemsOf } from '#contract/validate.ts';
import { type Verdict, VerdictSchema } from '#contract/verdict.ts';
import { readPin, writePin } from '#harness/cli/pins.ts';
import { judgeFacts } from '#harness/cli/verdict.ts';
import { keepCalibration, readCalibrations } from '#harness/effects/calibration-cache.ts';
import { keepFile } from '#harness/effects/kept-file.ts';
import { pinOf } from '#slo/pin.ts';
import fourSeconds from '../fixtures/experiments/four-seconds.ts';
import { resilient, temporaryFolder } from '../sim/saved.ts';
import { simulateRun } from '../sim/simulated-run.ts';
import { type Effort, expectWords, fuzz } from './fuzz.ts';
import { damagedJson, jsonDamage } from './json-damage.ts';

/** A file that a gate judges by. */
interface KeptFile {
  file: string;
  content: Buffer;
  code: string;
  read(): Promise<unknown>;
}

interface Kept {
  files: [pin: KeptFile, calibration: KeptFile];
  /** As `npm run gate` judges with what lies in the files. */
  gate(): Promise<Verdict>;
}

/** Three trials and a little load, so that a gate judges in milliseconds. */
const request = { command: 'loadtest', experiments: [fourSeconds], pairs: 3, ratePerSecond: 10 } as const;

async function keptFiles(): Promise<Kept> {
  const folder = await temporaryFolder();
  const { plan, facts } = await simulateRun(resilient, { request });
  const [experiment] = plan.experiments;
  const pin = pinOf(plan, experiment!, facts.record, facts.samples);
  const { fingerprint } = pin;
  const known = { deviation: 0.01, pairs: 6, runId: 'aa', measuredAt: '' };
  const calibration: Calibration = {
    schemaVersion: CALIBRATION_VERSION,
    experiment: pin.experiment,
    fingerprint,
    ratePerSecond: pin.circumstances.ratePerSecond,
    metrics: Object.fromEntries(Object.keys(pin.metrics).map((name) => [name, known])),
  };
  const pinFile = await writePin(folder, pin);
  const calibrationFile = await keepCalibration(folder, calibration);
  const readOnePin = () => readPin(folder, pin.command, pin.experiment);
  const readOnes = () => readCalibrations(folder, fingerprint, pin.experiment);
  return {
    files: [
      { file: pinFile, content: readFileSync(pinFile), code: 'damaged-pin', read: readOnePin },
      {
        file: calibrationFile,
        content: readFileSync(calibrationFile),
        code: 'damaged-calibration',
        read: readOnes,
      },
    ],
    gate: async () => {
      const [one, calibrations] = [await readOnePin(), await readOnes()];
      const references = {
        pins: one ? { [pin.experiment]: one } : {},
        calibrations: { [pin.experiment]: calibrations },
      };
      return judgeFacts(plan, facts, undefined, references);
    },
  };
}

const input = fc.record({ which: fc.constantFrom(0, 1), damage: jsonDamage });

/** A pin or calibration is damaged after it was written: that is said, or it was no damage. */
export async function fuzzDamagedKeptFiles(effort: Effort): Promise<void> {
  const { files } = await keptFiles();
  const values = [await files[0].read(), await files[1].read()];
  const holds = async ({ which, damage }: typeof input extends fc.Arbitrary<infer T> ? T : never) => {
    const { file, content, code, read } = files[which]!;
    writeFileSync(file, damagedJson(content, damage));
    const outcome = await outcomeOf(read);
    if ('error' in outcome) {
      expectWords(outcome.error, EXIT.usage);
      expect(outcome.error).toMatchObject({ code });
    } else expect(outcome.value).toEqual(values[which]);
    writeFileSync(file, content);
  };
  await fuzz(input, holds, effort);
}

/** The same, changed and sealed by somebody: the gate gives words or a sound verdict. */
export async function fuzzForgedKeptFiles(effort: Effort): Promise<void> {
  const { files, gate } = await keptFiles();
  const holds = async ({ which, damage }: typeof input extends fc.Arbitrary<infer T> ? T : never) => {
    const { file, content, code } = files[which]!;
    await sealAnew(file, damagedJson(content, damage));
    const outcome = await outcomeOf(gate);
    if ('error' in outcome) {
      expectWords(outcome.error, EXIT.usage);
      expect(outcome.error).toMatchObject({ code });
    } else expect(problemsOf(VerdictSchema, JSON.parse(JSON.stringify(outcome.value)))).toEqual([]);
    writeFileSync(file, content);
  };
  await fuzz(input, holds, effort);
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/** What is no object can't be sealed: it stays damage. */
async function sealAnew(file: string, text: string | Buffer): Promise<void> {
  writeFileSync(file, text);
  try {
    const { seal: _, ...value } = JSON.parse(String(text)) as { seal?: unknown };
    await keepFile(file, value);
  } catch {}
}
