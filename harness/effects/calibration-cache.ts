import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { Fingerprint } from '#contract/fingerprint.ts';
import { type Calibration, CalibrationSchema } from '#contract/pin.ts';
import { keepFile, readKept } from './kept-file.ts';

/**
 * All that is known of a machine, or of one experiment on it: a calibration per rate. One that is damaged is an error,
 * lest a change is judged by it, or by less than is known.
 */
export async function readCalibrations(
  cacheDir: string,
  { digest }: Fingerprint,
  experiment?: string,
): Promise<Calibration[]> {
  const folder = folderOf(cacheDir);
  const files = await readdir(folder).catch(() => []);
  const wanted = files.toSorted().filter((file) => {
    const [, machine, name] = FILE.exec(file) ?? [];
    return machine === digest && (experiment === undefined || name === experiment);
  });
  return Promise.all(wanted.map((file) => readCalibration(join(folder, file))));
}

async function readCalibration(file: string): Promise<Calibration> {
  const kept = await readKept(file, CalibrationSchema);
  if (kept && 'value' in kept) return kept.value;
  throw new GauntletError(
    'damaged-calibration',
    `The calibration ${file} ${kept?.problem ?? 'has just gone.'}\nRemove it, and calibrate anew.`,
  );
}

/** Keeps a calibration; metrics that it does not have stay as they were. Resolves to the file. */
export async function keepCalibration(cacheDir: string, calibration: Calibration): Promise<string> {
  const { fingerprint, experiment, ratePerSecond, metrics } = calibration;
  const file = join(folderOf(cacheDir), `${fingerprint.digest}-${experiment}-at-${ratePerSecond}.json`);
  const older = await readKept(file, CalibrationSchema);
  // What is damaged is made anew.
  const others = older && 'value' in older ? older.value.metrics : {};
  await keepFile(file, { ...calibration, metrics: { ...others, ...metrics } });
  return file;
}

/** Machine, experiment and rate. */
const FILE = /^([^-]+)-(.+)-at-([^-]+)\.json$/;

function folderOf(cacheDir: string): string {
  return join(cacheDir, 'calibration');
}
