import { fingerprintOf } from '#contract/fingerprint.ts';
import type { PlannedExperiment } from '#contract/plan.ts';
import type { Machine, RunRecord } from '#contract/record.ts';
import type { ClaimResult, ObjectiveResult } from '#contract/verdict.ts';
import { faultText, offerText } from './fault-words.ts';
import {
  count,
  exactPercent,
  exactSeconds,
  gibibytes,
  intervalText,
  listed,
  milliseconds,
  NOTHING,
  percent,
  percentAgainst,
  plural,
  seconds,
  threeDigits,
} from './format.ts';

/** What is to be said of a run that did not come to its end. */
export const ENDED_TEXT: Record<RunRecord['ended'], string | null> = {
  completed: null,
  interrupted: 'This run was interrupted before its end.',
  aborted: 'This run was aborted: something went wrong before its end.',
};

/** That a run was broken off and gone on with; empty where it was played in one go. */
export function resumedText({ resumed = [] }: Pick<RunRecord, 'resumed'>): string {
  if (resumed.length === 0) return '';
  return `Broken off and gone on with ${plural(resumed.length, 'time')}: ${listed(resumed)}.`;
}

/** What it was played on. */
export function machineText(machine: Machine): string {
  const { cpuModel, cores, memoryBytes, platform, arch, pinnedCores, generatorNiceness } = machine;
  const pinned = pinnedCores
    ? `services on cores ${pinnedCores.services}, load on ${pinnedCores.load}`
    : 'not pinned to cores';
  const priority = generatorNiceness === 0 ? '' : `, load generator at niceness ${generatorNiceness}`;
  return `${cpuModel}, ${plural(cores, 'core')}, ${gibibytes(memoryBytes)}, ${platform} ${arch}; ${pinned}${priority}; fingerprint ${fingerprintOf(machine).digest}`;
}

/** The code that was played. */
export function codeText({ code }: Pick<RunRecord, 'code'>): string {
  if (!code) return 'not recorded';
  if (code.commit === null) return `no commit; sut/ has the digest ${code.sut.slice(0, 12)}`;
  return `commit ${code.commit.slice(0, 12)}${code.changed ? ', with changes that are in none' : ''}`;
}

/** What plays the same again, a command a line. */
export function againLines({
  command,
  arguments: typed = [],
  code,
}: Pick<RunRecord, 'command' | 'arguments' | 'code'>): string[] {
  const checkout = code?.commit ? [`git checkout ${code.commit}`, 'npm ci'] : [];
  return [...checkout, [`npm run ${command}`, ...(typed.length > 0 ? ['--', ...typed] : [])].join(' ')];
}

/** Says which plays don't count; empty when all do. */
export function disturbedText(disturbed: readonly string[]): string {
  if (disturbed.length === 0) return '';
  return `${disturbed.join(', ')}: the machine disturbed the load generator, so the trial was repeated`;
}

/** How the load was made and bounded, as terms and their descriptions. */
export function loadFacts({ load, capacity, faults, tapes, trials, variants }: PlannedExperiment) {
  const requests = tapes[0]?.atMs.length ?? 0;
  const phases = (tapes[0]?.phases ?? [])
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .map(({ phase, fromMs, toMs }) => {
      const offers = phase === 'fault' ? faults[0]?.offers : undefined;
      return `${phase} ${exactSeconds((toMs - fromMs) / 1000)}${offers ? ` at ${offerText(offers)}` : ''}`;
    });
  const c = capacity
    ? `${capacity.atLeast ? 'at least ' : ''}${count(capacity.perSecond)} requests/s, held by ${capacity.variant} on this machine`
    : 'not measured';
  return [
    [
      'Load',
      `${threeDigits(load.ratePerSecond)} requests/s (scenario ${load.scenario}), ${count(requests)} planned in a trial`,
    ],
    ['Phases', phases.join(', ') || NOTHING],
    [
      'Deadline',
      `${milliseconds(load.deadlineMs)} after the planned instant; the client gives up after ${milliseconds(load.clientTimeoutMs)}`,
    ],
    ['Capacity C', c],
    ['Fault', faults.length === 0 ? 'none: this is a load test' : faults.map(faultText).join('; ')],
    ['Trials', `${plural(trials.length, 'trial')} of ${plural(Object.keys(variants).length, 'variant')}`],
  ] as const;
}

/** An objective's numbers in one line. */
export function objectiveText({ ratio, good, total, target, interval, phase }: ObjectiveResult): string {
  const wanted = `wanted at least ${exactPercent(target)}`;
  if (ratio === null) return `nothing to count in the ${phase} phase, ${wanted}`;
  const ends = interval ? `, 95 % interval ${intervalText(interval)}` : '';
  return `${percentAgainst(ratio, target)} (${count(good)} of ${count(total)}) in the ${phase} phase, ${wanted}${ends}`;
}

/** A claim's numbers in one line. */
export function claimLine(result: ClaimResult): string {
  const text = claimText(result);
  const effect = result.compare === 'value' ? '' : `effect ${text.effect}, `;
  const interval = text.interval === NOTHING ? '' : `95 % interval ${text.interval}, `;
  const keys = text.keys === '' ? '' : ` (${text.keys})`;
  return `${text.metric} ${text.candidate}, with ${result.against} ${text.baseline}${keys}; ${effect}${interval}wanted ${text.wanted}: ${text.judged}`;
}

type Unit = ClaimResult['unit'];

/** A value of a metric. */
export function amount(unit: Unit, value: number | null): string {
  if (value === null) return NOTHING;
  switch (unit) {
    case 'milliseconds':
      return milliseconds(value);
    case 'seconds':
      return seconds(value);
    case 'share':
      return percent(value);
    case 'calls':
      return `${threeDigits(value)} calls`;
    case 'requests':
      return `${threeDigits(value)} requests`;
  }
}

function difference(unit: Unit, value: number): string {
  const sign = value > 0 ? '+' : '';
  return unit === 'share' ? pointsText(value) : sign + amount(unit, value);
}

/** A difference between two shares. */
export function pointsText(difference: number): string {
  // Below a hundredth of a point there is nothing to see.
  const rounded = Number((difference * 100).toFixed(2));
  if (rounded === 0) return '±0 points';
  return `${rounded > 0 ? '+' : ''}${threeDigits(rounded)} points`;
}

/** A metric's name in words. */
export function metricText(metric: string): string {
  return metric.replaceAll('-', ' ').replace(/\bms\b/, 'time');
}

export interface ClaimText {
  metric: string;
  /** The keys that were compared, of a comparison over keys. */
  keys: string;
  candidate: string;
  baseline: string;
  effect: string;
  interval: string;
  wanted: string;
  judged: string;
}

/** An effect on the scale of a claim: a value, a ratio or a difference. */
export function effectText({ unit, compare }: ClaimResult, value: number): string {
  if (compare === 'ratio') return `${threeDigits(value)} ×`;
  return compare === 'value' ? amount(unit, value) : difference(unit, value);
}

/** A claim's numbers, each with its unit. */
export function claimText(result: ClaimResult): ClaimText {
  const { unit, bound } = result;
  const inWords = (value: number) => effectText(result, value);
  return {
    metric: metricText(result.metric),
    keys: keysText(result.keys),
    candidate: amount(unit, result.candidate),
    baseline: amount(unit, result.baseline),
    effect: result.effect === null ? NOTHING : inWords(result.effect),
    interval:
      result.interval === null ? NOTHING : `${inWords(result.interval[0])} to ${inWords(result.interval[1])}`,
    wanted: boundText(bound, inWords),
    judged: judgedText(result),
  };
}

function boundText(bound: ClaimResult['bound'], inWords: (value: number) => string): string {
  return 'atMost' in bound ? `at most ${inWords(bound.atMost)}` : `at least ${inWords(bound.atLeast)}`;
}

/** One play of each shows a claim; it does not prove it. */
function judgedText({ kind, outcome, within, pairs, agreeing }: ClaimResult): string {
  if (outcome === 'observed') return within ? 'within the bound' : 'outside the bound';
  // That what was expected to lose did not is no failure.
  const word = kind === 'loss' && outcome === 'fail' ? 'a finding' : outcome;
  if (pairs === null) return word;
  // Neither side of it: every pair has exactly the bound, as none lost where none may be.
  return agreeing === 0
    ? `${word}, all ${pairs} pairs on the bound`
    : `${word}, ${agreeing} of ${pairs} pairs agree`;
}

/** What a comparison over the same keys rests on; empty for any other. */
function keysText(keys: ClaimResult['keys']): string {
  if (!keys || keys.compared === 0) return '';
  const { compared, onlyCandidate, onlyBaseline } = keys;
  return `${plural(compared, 'key')} that both answered, ${count(onlyCandidate)} right in the candidate alone, ${count(onlyBaseline)} in the baseline alone`;
}

/** How the claims came to be judged, or were not. */
export function claimsJudged(claims: readonly ClaimResult[]): string {
  return claims.some(({ outcome }) => outcome !== 'observed' && outcome !== 'invalid')
    ? 'judged together over pairs of trials'
    : 'observed in one play of each variant and not judged';
}

/** What a claim of this kind says. */
export const CLAIM_KIND: Record<ClaimResult['kind'], string> = {
  win: 'win',
  cost: 'cost',
  loss: 'expected loss',
};
