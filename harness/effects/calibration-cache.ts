import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fingerprint } from '#contract/fingerprint.ts';
import { type Calibration, CalibrationSchema } from '#contract/pin.ts';
import { isValid } from '#contract/validate.ts';

/** What is known of an experiment's spread on a machine; null where it was never calibrated. */
export async function readCalibration(
  cacheDir: string,
  { digest }: Fingerprint,
  experiment: string,
): Promise<Calibration | null> {
  try {
    const found: unknown = JSON.parse(await readFile(fileOf(cacheDir, digest, experiment), 'utf8'));
    return isValid(CalibrationSchema, found) ? found : null;
  } catch {
    return null;
  }
}

/** Keeps a calibration; metrics that it does not have stay as they were. Resolves to the file. */
export async function keepCalibration(cacheDir: string, calibration: Calibration): Promise<string> {
  const { fingerprint, experiment, metrics } = calibration;
  const older = await readCalibration(cacheDir, fingerprint, experiment);
  const merged: Calibration = { ...calibration, metrics: { ...older?.metrics, ...metrics } };
  const file = fileOf(cacheDir, fingerprint.digest, experiment);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(merged, null, 1)}\n`);
  await rename(`${file}.${process.pid}`, file);
  return file;
}

function fileOf(cacheDir: string, digest: string, experiment: string): string {
  return join(cacheDir, 'calibration', `${digest}-${experiment}.json`);
}
