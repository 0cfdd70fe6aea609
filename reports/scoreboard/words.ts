import type { ClaimResult } from '#contract/verdict.ts';
import { count, percent, seconds, threeDigits } from '../format.ts';
import type { MatrixCell, MatrixRow, Score } from './scores.ts';

// The words of the scoreboard, the same in every rendering.

export const CAPACITY_HEAD = ['experiment', 'capacity C on this machine', 'played at'];

export function capacityRow({ experiment, capacity, ratePerSecond }: Score): string[] {
  return [experiment, capacityText(capacity), `${threeDigits(ratePerSecond)} requests/s`];
}

function capacityText(capacity: Score['capacity']): string {
  if (!capacity) return 'not needed: the rate is given';
  const { perSecond, atLeast, variant } = capacity;
  return `${atLeast ? 'at least ' : ''}${count(perSecond)} requests/s, held by ${variant}`;
}

/** Claims by the baseline that they are against, in the order in which those are first named. */
export function byBaseline({ claims }: Score): [string, ClaimResult[]][] {
  return [...Map.groupBy(claims, ({ against }) => against)];
}

export function matrixTitle({ matrix }: Score): string {
  const [first] = matrix;
  const alike = matrix.every(({ seconds: s }) => s === first?.seconds);
  const length = alike && first ? ` of ${seconds(first.seconds)}` : '';
  return `Under each fault${length}: goodput of correct answers in it, and how soon after the heal all was well again`;
}

/** The fault, with its length where the rows differ in it. */
export function faultText({ fault, seconds: s }: MatrixRow, { matrix }: Score): string {
  return matrix.every((row) => row.seconds === matrix[0]?.seconds) ? fault : `${fault} (${seconds(s)})`;
}

export function cellText({ valid, trials, goodput, recovery }: MatrixCell): string {
  if (trials === 0) return 'not played';
  if (valid === 0) return 'invalid';
  const some = valid < trials ? ` (${valid} of ${trials} valid)` : '';
  return `${percent(goodput)}, ${recoveryText(recovery)}${some}`;
}

function recoveryText(recovery: MatrixCell['recovery']): string {
  if (!recovery || recovery.state === 'unknown') return 'not seen';
  if (recovery.recoverSeconds === null) return 'stuck';
  return `${recovery.state === 'slow' ? 'slow: ' : ''}${seconds(recovery.recoverSeconds)}`;
}

/** How a row's claims came out, such as `3 pass, 2 inconclusive`. */
export function claimsTally({ claims }: MatrixRow): string {
  if (claims.length === 0) return 'none';
  const outcomes = Map.groupBy(claims, claimWord);
  const order = ['pass', 'within', 'a finding', 'inconclusive', 'fail', 'outside', 'invalid'];
  return order
    .flatMap((word) => (outcomes.has(word) ? [[word, outcomes.get(word)!] as const] : []))
    .map(([outcome, some]) => `${some.length} ${outcome}`)
    .join(', ');
}

function claimWord({ kind, outcome, within }: ClaimResult): string {
  if (outcome === 'observed') return within ? 'within' : 'outside';
  return kind === 'loss' && outcome === 'fail' ? 'a finding' : outcome;
}

/** How a claim was judged, where there is little room. */
export function shortJudged(judged: string): string {
  return judged.replace(' pairs agree', '');
}

export function shortBound(wanted: string): string {
  return wanted.replace('at least', '≥').replace('at most', '≤');
}

/** An interval with its unit said once, where that is a word. */
export function shortInterval(interval: string): string {
  return interval.replace(' points to ', ' to ');
}
