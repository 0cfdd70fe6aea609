import { CANDIDATE, type Phase } from '#contract/names.ts';
import { UNCHECKED } from '#contract/target.ts';
import type { Span } from '#contract/trial-view.ts';
import type { ClaimResult, ExperimentVerdict, ObjectiveResult, Validity } from '#contract/verdict.ts';
import { doesSomething } from './fault-words.ts';
import { count, exactPercent, listed, milliseconds, percent, percentAgainst, plural } from './format.ts';
import { regressionSentences } from './regressions.ts';
import { fatesIn, goodput, tallyIn } from './series.ts';
import { type DrawnTrial, type ExperimentView, variantNames } from './view.ts';

/** What the verdict means, in one or two plain sentences, from the data alone. */
export function sentenceOf(view: ExperimentView): string {
  const { simulation, outcome } = view.verdict;
  const more = outcome === 'invalid' ? [] : [...regressionSentences(view), effectOf(view)];
  const { target } = view.plan;
  const unchecked = target && !target.payloads.checked ? [UNCHECKED] : [];
  return [...(simulation === undefined ? [] : [simulation]), ...unchecked, judgementOf(view), ...more]
    .join(' ')
    .trim();
}

function judgementOf({ verdict, trials }: ExperimentView): string {
  const own = verdict.objectives.filter(({ variant }) => variant === CANDIDATE);
  const claims = verdict.claims.filter(({ kind, outcome }) => kind !== 'loss' && outcome !== 'observed');
  switch (verdict.outcome) {
    case 'pass': {
      const kept = own.length === 1 ? 'its objective' : `all ${own.length} objectives`;
      const counted = verdict.claims.some(({ pairs }) => pairs !== null) ? claims.length : 0;
      return `The candidate kept ${kept}${counted > 0 ? ` and made good ${plural(counted, 'claim')}` : ''}.`;
    }
    case 'fail':
      return [missedText(own), claimsText(claims, 'fail', 'failed', 'failed')].filter(Boolean).join(' ');
    case 'inconclusive': {
      if (own.length === 0 && claims.length === 0 && verdict.regressions.length === 0)
        return 'Nothing was judged: no objective has a result.';
      return [openText(own), claimsText(claims, 'inconclusive', 'needs more pairs', 'need more pairs')]
        .filter(Boolean)
        .join(' ');
    }
    case 'invalid':
      if (isSilent(verdict)) return silentText(verdict.claims);
      return trials.some(({ facts }) => facts.variant === CANDIDATE)
        ? `This run says nothing about the candidate: ${brokenText(verdict.validity)}.`
        : 'Nothing was measured: no trial of the candidate was played.';
  }
}

function missedText(own: readonly ObjectiveResult[]): string {
  const missed = own.filter(({ outcome }) => outcome === 'fail');
  if (missed.length === 0) return 'The candidate missed no objective.';
  const which =
    own.length === 1 ? 'its objective' : `${count(missed.length)} of its ${own.length} objectives`;
  const shares = missed.map(
    ({ name, ratio, target }) => `${name} (${percentAgainst(ratio, target)}, wanted ${exactPercent(target)})`,
  );
  return `The candidate missed ${which}: ${listed(shares)}.`;
}

function openText(own: readonly ObjectiveResult[]): string {
  const open = own.filter(({ outcome }) => outcome === 'inconclusive');
  if (open.length === 0) return 'The candidate missed no objective.';
  return `The candidate missed no objective, but ${count(open.length)} of ${count(own.length)} ${
    open.length === 1 ? 'needs' : 'need'
  } more evidence: ${listed(open.map(({ name }) => name))}.`;
}

function claimsText(
  claims: readonly ClaimResult[],
  outcome: ClaimResult['outcome'],
  one: string,
  several: string,
): string {
  const names = claims.filter((claim) => claim.outcome === outcome).map(({ name }) => name);
  if (names.length === 0) return '';
  const verb = names.length === 1 ? one : several;
  return `Of ${plural(claims.length, 'claim')} ${count(names.length)} ${verb}: ${listed(names)}.`;
}

/** Every rule held for the candidate, and some claim could not be judged all the same. */
export function isSilent({ validity, claims }: ExperimentVerdict): boolean {
  const isBroken = validity.some(({ variant, held }) => variant === CANDIDATE && !held);
  return !isBroken && claims.some(({ outcome }) => outcome === 'invalid');
}

function silentText(claims: readonly ClaimResult[]): string {
  const silent = claims.filter(({ outcome }) => outcome === 'invalid').map(({ name }) => name);
  return `Not all of it could be judged: ${listed(silent)} had no value in enough rounds.`;
}

function brokenText(validity: readonly Validity[]): string {
  const broken = validity.filter(({ variant, held }) => variant === CANDIDATE && !held);
  const rules = [...new Set(broken.map(({ rule }) => rule))].map((rule) => {
    const seen = broken.find((entry) => entry.rule === rule);
    return `'${rule}' did not hold (${seen?.observed})`;
  });
  return rules.length === 0 ? 'it has no valid trial' : listed(rules);
}

/** What the pattern did while it mattered, beside what happened without it. */
function effectOf(view: ExperimentView): string {
  const fault = view.plan.faults[0];
  return fault ? effectUnderFault(view, fault.name, doesSomething(fault)) : effectOfLoad(view);
}

function effectUnderFault(view: ExperimentView, fault: string, injected: boolean): string {
  const own = goodputOf(view, CANDIDATE, 'fault');
  if (own === null) return '';
  const baselines = variantNames(view).flatMap((variant) => {
    const ratio = variant === CANDIDATE ? null : goodputOf(view, variant, 'fault');
    return ratio === null ? [] : [{ variant, ratio, bare: isBare(view, variant) }];
  });
  const others = baselines.map(({ variant, ratio, bare }, i) => {
    const verb = i === 0 ? 'it was ' : '';
    return bare
      ? `without the pattern (${variant}) ${verb}${percent(ratio)}`
      : `with ${variant} ${verb}${percent(ratio)}`;
  });
  const when = injected
    ? `While '${fault}' was active`
    : `In the fault window, with nothing injected ('${fault}')`;
  const rest = others.length > 0 ? `; ${others.join(', ')}` : '';
  return `${when}, ${percent(own)} of the requests were answered correctly in time${rest}.`;
}

function effectOfLoad(view: ExperimentView): string {
  const { load } = view.plan;
  const steady = inPhase(view, CANDIDATE, 'steady', tallyIn);
  const share = goodputOf(view, CANDIDATE, 'steady');
  if (share === null) return '';
  const worst = (of: (tally: (typeof steady)[number]) => number | null) =>
    milliseconds(Math.max(...steady.map((tally) => of(tally) ?? 0)));
  const inAll = steady.length > 1 ? ` in each of ${count(steady.length)} trials` : '';
  return (
    `At ${count(load.ratePerSecond)} requests a second, ${percent(share)} were answered correctly in time; ` +
    `half took at most ${worst(({ p50Ms }) => p50Ms)} and 99 % at most ${worst(({ p99Ms }) => p99Ms)}${inAll}.`
  );
}

/** The system with the pattern taken out. */
function isBare({ plan }: ExperimentView, variant: string): boolean {
  return plan.pattern !== null && !(plan.pattern in (plan.variants[variant]?.patterns ?? {}));
}

/** Over all trials of the variant; null where the phase did not take place. */
export function goodputOf(view: ExperimentView, variant: string, phase: Phase): number | null {
  const known = view.verdict.figures?.goodput;
  if (known) return known.find((one) => one.variant === variant && one.phase === phase)?.share ?? null;
  const all = inPhase(view, variant, phase, fatesIn);
  const planned = all.reduce((sum, tally) => sum + tally.planned, 0);
  if (planned === 0) return null;
  return all.reduce((sum, tally) => sum + (goodput(tally) ?? 0) * tally.planned, 0) / planned;
}

function inPhase<T>(
  { trials, plan }: ExperimentView,
  variant: string,
  phase: Phase,
  of: (trial: DrawnTrial, deadlineMs: number, span: Span) => T,
): T[] {
  return trials.flatMap((trial) => {
    const span = trial.spans[phase];
    return span && trial.facts.variant === variant ? [of(trial, plan.load.deadlineMs, span)] : [];
  });
}
