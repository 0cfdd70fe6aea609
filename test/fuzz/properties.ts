import { fuzzExperimentFiles, fuzzExperiments } from './experiments.ts';
import type { Effort } from './fuzz.ts';
import { fuzzDamagedKeptFiles, fuzzForgedKeptFiles } from './kept-files.ts';
import { fuzzOpenSloDocuments, fuzzOpenSloText } from './openslo.ts';
import { fuzzDamagedRecords, fuzzForgedRecords } from './records.ts';
import { fuzzDamagedSamples, fuzzForgedSamples } from './samples.ts';

interface Property {
  tries(effort: Effort): Promise<void>;
  /** Inputs that take a second or two, for everybody. */
  few: number;
  /** Inputs for CI. */
  many: number;
}

/** What holds whatever is put in, by its sentence. */
export const properties = {
  'an experiment that is changed anywhere gives words or a right plan': {
    tries: fuzzExperiments,
    few: 4_000,
    many: 10_000,
  },
  'the file of an experiment that is changed anywhere gives words or a right plan': {
    tries: fuzzExperimentFiles,
    few: 60,
    many: 500,
  },
  'an OpenSLO document with nodes deleted, doubled or replaced gives objectives or problems, never an exception':
    {
      tries: fuzzOpenSloDocuments,
      few: 2_000,
      many: 5_000,
    },
  'an OpenSLO text that is cut, or has marks thrown in, gives objectives or problems, never an exception': {
    tries: fuzzOpenSloText,
    few: 2_000,
    many: 5_000,
  },
  'a plan or record that is damaged after the run is refused in words': {
    tries: fuzzDamagedRecords,
    few: 600,
    many: 4_000,
  },
  'a plan or record that somebody changed and sealed gives words or a sound verdict, and no pass without evidence':
    {
      tries: fuzzForgedRecords,
      few: 250,
      many: 8_000,
    },
  'samples that are damaged after the run are refused in words': {
    tries: fuzzDamagedSamples,
    few: 600,
    many: 4_000,
  },
  'samples that somebody changed and sealed give words or a sound verdict, and no pass without evidence': {
    tries: fuzzForgedSamples,
    few: 250,
    many: 3_000,
  },
  'a pin or calibration that is damaged after it was written is refused in words': {
    tries: fuzzDamagedKeptFiles,
    few: 600,
    many: 4_000,
  },
  'a pin or calibration that somebody changed and sealed gives words or a sound verdict': {
    tries: fuzzForgedKeptFiles,
    few: 250,
    many: 3_000,
  },
} as const satisfies Record<string, Property>;
