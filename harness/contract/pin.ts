import Type, { type Static } from 'typebox';
import { FingerprintSchema } from './fingerprint.ts';
import { PROFILES } from './names.ts';

export const PIN_VERSION = 1;

/** How the load was played, as far as times hang on it. */
export const CircumstancesSchema = Type.Object({
  scenario: Type.String(),
  ratePerSecond: Type.Number(),
  deadlineMs: Type.Number(),
  clientTimeoutMs: Type.Number(),
  /** Such as `warm-up 3 s, steady 10 s`. */
  phases: Type.String(),
  /** What was injected, as the plan has it; empty without a fault. */
  fault: Type.String(),
  /** Links behind a proxy, since those cost. */
  proxiedLinks: Type.String(),
});
export type Circumstances = Static<typeof CircumstancesSchema>;

export const PinSchema = Type.Object({
  schemaVersion: Type.Literal(PIN_VERSION),
  command: Type.String(),
  experiment: Type.String(),
  runId: Type.String(),
  startedAt: Type.String(),
  fingerprint: FingerprintSchema,
  profile: Type.Enum([...PROFILES]),
  seed: Type.Integer(),
  circumstances: CircumstancesSchema,
  /** Digest of the experiment's plan without tapes and capacity. */
  planDigest: Type.String(),
  /** Per regression metric one value for each valid trial of the candidate. */
  metrics: Type.Record(Type.String(), Type.Array(Type.Number())),
});
/** A run that is kept on purpose, so that later ones are held against it. */
export type Pin = Static<typeof PinSchema>;

export const CALIBRATION_VERSION = 1;

export const CalibratedMetricSchema = Type.Object({
  /** Standard deviation of the log ratios of A/A pairs; times from a microsecond to an hour differ by 22. */
  deviation: Type.Number({ minimum: 0, maximum: 100 }),
  pairs: Type.Integer({ minimum: 2 }),
  runId: Type.String(),
  measuredAt: Type.String(),
});
export type CalibratedMetric = Static<typeof CalibratedMetricSchema>;

export const CalibrationSchema = Type.Object({
  schemaVersion: Type.Literal(CALIBRATION_VERSION),
  experiment: Type.String(),
  fingerprint: FingerprintSchema,
  /** At another rate another queue, and another spread. */
  ratePerSecond: Type.Number(),
  metrics: Type.Record(Type.String(), CalibratedMetricSchema),
});
/** How much an experiment's metrics differ on one machine, at one rate, although nothing was changed. */
export type Calibration = Static<typeof CalibrationSchema>;
