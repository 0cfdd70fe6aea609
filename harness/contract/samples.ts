import type { Sample } from './sample.ts';

/**
 * What became of each request of a tape: columns, as long as the tape, by position on it. Ten million objects would
 * not fit where ten million rows of columns do. Times are whole microseconds, as k6 gives them.
 */
export interface Samples {
  /** Bits: a sample came, its answer was faithful, its answer was right. 0 where no sample came. */
  flags: Uint8Array;
  latenessUs: Int32Array;
  connectUs: Int32Array;
  serviceUs: Int32Array;
  status: Uint16Array;
  errorCode: Uint16Array;
  /** Positions in `words`. */
  servedBy: Uint16Array;
  reason: Uint16Array;
  version: Uint16Array;
  /** Of a job; 0 where it was not accepted, and where it is none. */
  ackUs: Int32Array;
  effects: Uint8Array;
  /** Bits of `FIRST`. */
  first: Uint8Array;
  /** Every word that a server declared, once; the first two are '' and 'primary'. */
  words: string[];
  /** The way back: word → position. */
  codes: Map<string, number>;
  /** Samples that came. */
  count: number;
}

const CAME = 1;
const FAITHFUL = 2;
const RIGHT = 4;
const PRIMARY = 1;

/** A server that declares more words than these gets its further ones counted as one. */
const MOST_WORDS = 65_535;
const FURTHER = '(further)';

/** The columns of a tape of so many requests, before the first sample. */
export function blankSamples(length: number): Samples {
  return {
    flags: new Uint8Array(length),
    latenessUs: new Int32Array(length),
    connectUs: new Int32Array(length),
    serviceUs: new Int32Array(length),
    status: new Uint16Array(length),
    errorCode: new Uint16Array(length),
    servedBy: new Uint16Array(length),
    reason: new Uint16Array(length),
    version: new Uint16Array(length),
    ackUs: new Int32Array(length),
    effects: new Uint8Array(length),
    first: new Uint8Array(length),
    words: ['', 'primary'],
    codes: new Map([
      ['', 0],
      ['primary', PRIMARY],
    ]),
    count: 0,
  };
}

export function samplesFrom(length: number, all: Iterable<Sample>): Samples {
  const samples = blankSamples(length);
  for (const sample of all) addSample(samples, sample);
  return samples;
}

/** False, and nothing is changed, where the tape has no such request or its sample is there already. */
export function addSample(samples: Samples, sample: Sample): boolean {
  const i = sample.index;
  if (i >= samples.flags.length || came(samples, i)) return false;
  setFlags(samples, i, sample.faithful, sample.right);
  samples.latenessUs[i] = Math.round(sample.latenessMs * 1000);
  samples.connectUs[i] = Math.round(sample.connectMs * 1000);
  samples.serviceUs[i] = Math.round(sample.serviceMs * 1000);
  samples.status[i] = sample.status;
  samples.errorCode[i] = sample.errorCode;
  samples.servedBy[i] = codeOf(samples, sample.servedBy);
  samples.reason[i] = codeOf(samples, sample.reason);
  samples.version[i] = codeOf(samples, sample.version);
  samples.ackUs[i] = Math.ceil((sample.ackMs ?? 0) * 1000);
  samples.effects[i] = sample.effects ?? 0;
  samples.first[i] = sample.first ?? 0;
  return true;
}

/** A sample came, and was so. */
export function setFlags(samples: Samples, i: number, faithful: boolean, right: boolean): void {
  samples.flags[i] = CAME | (faithful ? FAITHFUL : 0) | (right ? RIGHT : 0);
  samples.count += 1;
}

/** Why a sample of such a request can't be taken. */
export function misfitText(index: number, planned: number): string {
  return index >= planned
    ? `a sample of request ${index}, where the tape ends at ${planned - 1}`
    : `two samples of request ${index}`;
}

/** Position of a word in `words`, which it joins where it is new. */
export function codeOf({ words, codes }: Samples, word: string): number {
  const known = codes.get(word);
  if (known !== undefined) return known;
  const kept = words.length < MOST_WORDS - 1 ? word : FURTHER;
  const code = codes.get(kept) ?? words.push(kept) - 1;
  codes.set(kept, code);
  return code;
}

/** One request's sample; undefined where none came. For single ones: a loop over columns needs no objects. */
export function sampleAt(samples: Samples, i: number): Sample | undefined {
  if (!came(samples, i)) return undefined;
  return {
    index: i,
    latenessMs: latenessMs(samples, i),
    connectMs: samples.connectUs[i]! / 1000,
    serviceMs: serviceMs(samples, i),
    status: samples.status[i]!,
    errorCode: samples.errorCode[i]!,
    servedBy: samples.words[samples.servedBy[i]!]!,
    reason: samples.words[samples.reason[i]!]!,
    version: samples.words[samples.version[i]!]!,
    faithful: isFaithful(samples, i),
    right: isRight(samples, i),
    ...(isAccepted(samples, i) ? { ackMs: ackMs(samples, i), effects: samples.effects[i]! } : {}),
    ...(samples.first[i] === 0 ? {} : { first: samples.first[i]! }),
  };
}

/** Every sample that came, in the order of the tape. */
export function* eachSample(samples: Samples): Generator<Sample> {
  for (let i = 0; i < samples.flags.length; i += 1) {
    const sample = sampleAt(samples, i);
    if (sample) yield sample;
  }
}

export function came({ flags }: Samples, i: number): boolean {
  return (flags[i]! & CAME) !== 0;
}

export function isFaithful({ flags }: Samples, i: number): boolean {
  return (flags[i]! & FAITHFUL) !== 0;
}

export function isRight({ flags }: Samples, i: number): boolean {
  return (flags[i]! & RIGHT) !== 0;
}

export function latenessMs({ latenessUs }: Samples, i: number): number {
  return latenessUs[i]! / 1000;
}

export function serviceMs({ serviceUs }: Samples, i: number): number {
  return serviceUs[i]! / 1000;
}

/** Milliseconds from the send to the complete answer, getting a connection included: what the system itself took. */
export function answerMs({ connectUs, serviceUs }: Samples, i: number): number {
  return (connectUs[i]! + serviceUs[i]!) / 1000;
}

/** Milliseconds from the planned instant to the complete answer. */
export function responseMs({ latenessUs, connectUs, serviceUs }: Samples, i: number): number {
  return (latenessUs[i]! + connectUs[i]! + serviceUs[i]!) / 1000;
}

/** Of a job that was accepted: milliseconds from the send to its acknowledgement, without getting a connection. */
export function ackMs({ ackUs }: Samples, i: number): number {
  return ackUs[i]! / 1000;
}

/** A job that was accepted. */
export function isAccepted({ ackUs }: Samples, i: number): boolean {
  return ackUs[i]! > 0;
}

/** Served by the primary path, and not by a cache or a fallback. */
export function isPrimary({ servedBy }: Samples, i: number): boolean {
  return servedBy[i] === PRIMARY;
}

/** The model's own answer, from the primary path or kept from it, and no stand-in's. */
export function isModels(samples: Samples, i: number): boolean {
  return isPrimary(samples, i) || isCached(samples, i);
}

/** Served by a cache. */
export function isCached({ servedBy, codes }: Samples, i: number): boolean {
  return servedBy[i] === codes.get('cache');
}

/** Answered 200, complete within so many milliseconds of the planned instant. */
export function answeredWithin(samples: Samples, i: number, ms: number): boolean {
  return came(samples, i) && samples.status[i] === 200 && responseMs(samples, i) <= ms;
}

/** Answered in time, equal to the golden answer, and the right class. */
export function correctWithin(samples: Samples, i: number, ms: number): boolean {
  return answeredWithin(samples, i, ms) && isFaithful(samples, i) && isRight(samples, i);
}
