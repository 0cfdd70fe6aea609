import { isWithin } from '#contract/experiment.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ClaimResult, ExperimentVerdict } from '#contract/verdict.ts';
import { listed, plural } from '../format.ts';
import { isSilent } from '../sentence.ts';

/** What somebody who wonders whether to take a pattern should make of its verdict; one sentence, and one on what was simulated. */
export function adviceFor(name: string, verdict: ExperimentVerdict): string {
  const { simulation } = verdict;
  return [adviceOf(name, verdict), ...(simulation === undefined ? [] : [simulation])].join(' ');
}

function adviceOf(name: string, verdict: ExperimentVerdict): string {
  const { outcome, claims } = verdict;
  if (outcome === 'invalid') return invalidAdvice(name, verdict);
  if (claims.some((claim) => claim.outcome === 'observed'))
    return `One pair shows effects and proves none; npm run compare -- ${name} plays six.`;
  if (outcome === 'fail') return failedAdvice(verdict);
  if (outcome === 'inconclusive') return openAdvice(name, verdict);
  return passedAdvice(claims);
}

function invalidAdvice(name: string, verdict: ExperimentVerdict): string {
  if (!isSilent(verdict))
    return `It says nothing yet: mend what the broken rules say, then npm run compare -- ${name}.`;
  const silent = verdict.claims.filter((claim) => claim.outcome === 'invalid').map((claim) => claim.name);
  return `Nothing can be said of ${listed(silent)}: see why in the claims, then npm run compare -- ${name}.`;
}

function failedAdvice({ objectives, claims }: ExperimentVerdict): string {
  const missed = objectives.filter(({ variant, outcome }) => variant === CANDIDATE && outcome === 'fail');
  const failed = counted(claims).filter(({ outcome }) => outcome === 'fail');
  const why = [
    ...(missed.length > 0 ? [`it missed ${listed(missed.map(({ name }) => name))}`] : []),
    ...(failed.length > 0
      ? [`${listed(failed.map(saidOf))} ${failed.length === 1 ? 'is' : 'are'} outside what was claimed`]
      : []),
  ];
  return `Not as it is configured here: ${why.join(', and ')}.`;
}

function openAdvice(name: string, { objectives, claims }: ExperimentVerdict): string {
  const isOpen = ({ outcome }: { outcome: string }) => outcome === 'inconclusive' || outcome === 'invalid';
  const open = [
    ...counted(claims).filter(isOpen),
    ...objectives.filter((one) => one.variant === CANDIDATE && isOpen(one)),
  ].map((one) => one.name);
  const what =
    open.length === 0 ? 'nothing was judged' : `${listed(open)} ${open.length === 1 ? 'is' : 'are'} open`;
  return `Undecided, ${what}: npm run compare -- ${name} --extend-until-conclusive plays up to eight times as many pairs.`;
}

function passedAdvice(claims: readonly ClaimResult[]): string {
  const of = (kind: ClaimResult['kind']) => claims.filter((claim) => claim.kind === kind);
  const [wins, costs, losses] = [of('win'), of('cost'), of('loss')];
  if (claims.length === 0) return 'It kept its objectives; nothing was claimed of it.';
  const lost = losses.filter(({ outcome }) => outcome === 'pass');
  const own = wins.filter((claim) => !holdsWithout(claim));
  const shared = wins.filter(holdsWithout);
  return [
    own.length > 0 ? `Worth having for ${listed(own.map(({ name }) => name))}` : 'Harmless',
    ...(shared.length > 0
      ? [`${listed(shared.map(({ name }) => name))} ${shared.length === 1 ? 'holds' : 'hold'} without it too`]
      : []),
    ...(costs.length > 0
      ? [
          `its ${plural(costs.length, 'cost')} ${costs.length === 1 ? 'stays' : 'stay'} within what is allowed`,
        ]
      : []),
    ...(lost.length > 0 ? [`and it loses, as expected, at ${listed(lost.map(({ name }) => name))}`] : []),
  ]
    .join('; ')
    .concat('.');
}

/** A claim on the candidate's own value that its baseline keeps as well: no reason to have the pattern. */
function holdsWithout({ compare, baseline, bound }: ClaimResult): boolean {
  return compare === 'value' && baseline !== null && isWithin(bound, baseline);
}

/** Whether an expected loss came is no matter of the verdict. */
function counted(claims: readonly ClaimResult[]): ClaimResult[] {
  return claims.filter(({ kind }) => kind !== 'loss');
}

function saidOf({ name, against }: ClaimResult): string {
  return `${name} against ${against}`;
}
