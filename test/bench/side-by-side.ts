import { meanOf } from '#slo/statistics/student.ts';
import { askedOf, type Loop, MOST_A_DRIVE, meteredDrive, type Up, warmUp } from './driven-system.ts';
import { inTurn, type Ratio, ratioOf } from './interleaved.ts';
import type { Taken } from './measurement.ts';
import { countedFrom, type Question } from './question.ts';

/** Something that is up and can be asked. */
export interface Side extends Pick<Loop, 'question' | 'connections'> {
  url: string;
  /** Of the processes that have to do with it. */
  pids: readonly (readonly [string, number])[];
}

/** A system's side, asked at its gateway or at its model server. */
export function sideAt(up: Up, at: Pick<Loop, 'entry' | 'connections'>, question: Question): Side {
  return { url: up.urlOf(at.entry), pids: askedOf(up, at), connections: at.connections, question };
}

/** What one side did while it was asked. */
export interface Turn {
  perSecond: number;
  p99Ms: number;
  /** Of a request, all processes together. */
  cpuMs: number;
  /** At the end, all processes together. */
  megabytes: number;
}

/** One side's turn and the other's, one right after the other. */
export type Turns = readonly (readonly [one: Turn, other: Turn])[];

export const TURNS = 5;

interface Asking {
  /** Of five turns. */
  seconds: number;
  turns?: number;
  folder: string;
  signal: AbortSignal;
}

/**
 * Two that are both up, asked in turn for a second or so: this machine is a quarter quicker or slower from one minute to
 * the next, which then falls on both.
 */
export async function askInTurn(
  one: Side,
  other: Side,
  { seconds, folder, signal, turns = TURNS }: Asking,
): Promise<Turns> {
  for (const side of [one, other]) await warmUp({ ...side, seconds, folder }, signal);
  const ask = async (side: Side, turn: number): Promise<Turn> => {
    const question = countedFrom(side.question, turn * MOST_A_DRIVE);
    const loop = { ...side, question, seconds: turnSeconds(seconds), folder };
    const { requestsPerSecond, p99Ms, services } = await meteredDrive(loop, side.pids, signal);
    return {
      perSecond: requestsPerSecond,
      p99Ms,
      cpuMs: sumOf(services, 'cpuMsPerRequest'),
      megabytes: sumOf(services, 'megabytes'),
    };
  };
  return inTurn(
    turns,
    (turn) => ask(one, turn),
    (turn) => ask(other, turn),
  );
}

/** The same, seen from the other side. */
export function swapped(turns: Turns): Turns {
  return turns.map(([one, other]) => [other, one]);
}

/** Of a dose; wrk takes whole seconds. */
export function turnSeconds(seconds: number): number {
  return Math.max(1, Math.round(seconds / TURNS));
}

function sumOf(taken: Readonly<Record<string, Taken>>, of: keyof Taken): number {
  return Object.values(taken).reduce((total, took) => total + took[of], 0);
}

/** Of one start: how the turns of one side stand to those of the other. */
export function ratioOverTurns(turns: Turns, of: keyof Turn): Ratio {
  return ratioOf(turns.map(([one, other]) => [one[of], other[of]] as const));
}

/** Of several starts: each counts once, by the geometric mean over its turns. */
export function ratioOverStarts(starts: readonly Turns[], of: keyof Turn): Ratio {
  return ratioOf(starts.map((turns) => [geometricMean(turns, 0, of), geometricMean(turns, 1, of)] as const));
}

function geometricMean(turns: Turns, side: 0 | 1, of: keyof Turn): number {
  return Math.exp(meanOf(turns.map((turn) => Math.log(turn[side][of]))));
}
