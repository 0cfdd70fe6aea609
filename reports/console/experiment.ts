import pc from 'picocolors';
import { targetsOf } from '#contract/fault.ts';
import { CANDIDATE } from '#contract/names.ts';
import type { ExperimentVerdict } from '#contract/verdict.ts';
import { backlogTexts, offerText } from '../fault-words.ts';
import {
  count,
  exactPercent,
  exactSeconds,
  milliseconds,
  percentAgainst,
  plural,
  seconds,
  threeDigits,
} from '../format.ts';
import { regressionAdvice, regressionGroups, regressionText } from '../regressions.ts';
import { scopesOf } from '../scope.ts';
import { sentenceOf } from '../sentence.ts';
import { type ExperimentView, variantNames } from '../view.ts';
import { CLAIM_KIND, claimsJudged, claimText, disturbedText } from '../words.ts';
import { alerts, budgets } from './budgets.ts';
import { type Cell, columns, columnsThatFit, wrapped } from './layout.ts';
import { faint, outcomeCell, paintedOutcome, plain } from './paint.ts';

/** One experiment for the terminal. */
export function experimentText(view: ExperimentView): string[] {
  // What a cell shows stands in the scoreboard's matrix, and all of it in the report.
  if (view.plan.cellOf !== undefined) return cellText(view);
  return [
    `${pc.bold(view.plan.name)}  ${paintedOutcome(view.verdict.outcome)}`,
    ...wrapped(sentenceOf(view), 2),
    ...wrapped(circumstances(view), 2),
    ...block(objectives(view)),
    ...scopesOf(view).flatMap((scope) => wrapped(scope, 4, 2)),
    ...regressions(view),
    ...block(claims(view)),
    ...block(faults(view)),
    ...block(budgets(view)),
    ...block(alerts(view)),
    ...block(validity(view.verdict)),
    ...block(view.disturbed.length > 0 ? wrapped(`played again: ${disturbedText(view.disturbed)}`, 2) : []),
    ...block(inconclusive(view.verdict)),
  ];
}

function cellText(view: ExperimentView): string[] {
  const broken = view.verdict.validity.some(({ held }) => !held);
  return [
    `${pc.bold(view.plan.name)}  ${paintedOutcome(view.verdict.outcome)}`,
    ...wrapped(sentenceOf(view), 2),
    ...(broken ? validity(view.verdict) : []),
  ];
}

function block(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function circumstances({ plan }: ExperimentView): string {
  const { load, faults: planned } = plan;
  const fault = planned[0];
  const length = fault ? exactSeconds((fault.healAtMs - fault.injectAtMs) / 1000) : '';
  const offers = fault?.offers ? `: ${offerText(fault.offers)}` : '';
  const where = fault && fault.inject.length > 0 ? ` on ${targetsOf(fault.inject).join(', ')}` : '';
  return `(${threeDigits(load.ratePerSecond)} requests/s, deadline ${milliseconds(load.deadlineMs)}${
    fault ? `, fault '${fault.name}'${offers}${where} for ${length}` : ', no fault'
  })`;
}

function objectives(view: ExperimentView): string[] {
  const all = view.verdict.objectives;
  const variants = variantNames(view).filter((name) => all.some(({ variant }) => variant === name));
  const own = all.filter(({ variant }) => variant === CANDIDATE);
  if (own.length === 0) return [];
  const rows = own.map(({ name, phase, target }) => [
    plain(`${name} (${phase})`),
    plain(`>= ${exactPercent(target)}`),
    ...variants.map((variant): Cell => {
      const result = all.find((one) => one.variant === variant && one.name === name);
      if (!result) return plain('');
      return outcomeCell(
        `${percentAgainst(result.ratio, target).padEnd(9)} ${result.outcome}`,
        result.outcome,
      );
    }),
  ]);
  const head = ['objective (phase)', 'target', ...variants].map(faint);
  return columnsThatFit([head, ...rows], 2);
}

function regressions(view: ExperimentView): string[] {
  return regressionGroups(view).flatMap(({ against, results }) => {
    const head = ['metric', 'before', 'now', 'change', '95 % interval', 'allowed', ''].map(faint);
    const rows = results.map((result) => {
      const text = regressionText(result);
      const { metric, before, now, effect, interval, allowed } = text;
      const outcome = result.outcome === 'regression' ? 'fail' : result.outcome;
      return [
        ...[metric, before, now, effect, interval, allowed].map(plain),
        outcomeCell(text.outcome, outcome),
      ];
    });
    const advice = regressionAdvice(results).flatMap((line) => wrapped(line, 6, 4));
    return block([pc.dim(`  against ${against}`), ...columns([head, ...rows], 4), ...advice]);
  });
}

function claims({ verdict }: ExperimentView): string[] {
  if (verdict.claims.length === 0) return [];
  const lines = verdict.claims.flatMap((result) => {
    const text = claimText(result);
    const shows = result.compare === 'value' ? '' : `${text.effect}, `;
    const interval = result.interval === null ? '' : `95 % interval ${text.interval}, `;
    const keys = text.keys ? ` (${text.keys})` : '';
    const advice = result.advice ? ` ${result.advice}` : '';
    return [
      `    ${result.name} (${CLAIM_KIND[result.kind]}): ${text.judged}`,
      ...wrapped(
        `${text.metric} ${text.candidate}, with ${result.against} ${result.baseline === null ? 'none' : text.baseline}${keys}: ${shows}${interval}wanted ${text.wanted}.${advice}`,
        6,
      ),
    ];
  });
  return [pc.dim(`  claims, ${claimsJudged(verdict.claims)}`), ...lines];
}

function faults({ verdict }: ExperimentView): string[] {
  if (verdict.faults.length === 0) return [];
  const rows = verdict.faults.map(({ name, variant, trial, bite, recovery }) => [
    plain(name),
    plain(verdict.faults.filter((one) => one.variant === variant).length > 1 ? trial : variant),
    bite.held ? plain('bit') : outcomeCell('did not bite', 'invalid'),
    plain(recovery.detectSeconds === null ? 'never' : `after ${seconds(recovery.detectSeconds)}`),
    plain(
      recovery.recoverSeconds === null ? 'not seen' : `${seconds(recovery.recoverSeconds)} after the heal`,
    ),
    plain(recovery.state),
  ]);
  const head = ['fault', 'in', 'evidence', 'noticed', 'well again', ''].map(faint);
  const toothless = verdict.faults
    .filter(({ bite }) => !bite.held)
    .flatMap(({ variant, bite }) => wrapped(`${variant}: ${bite.observed}`, 6, 4));
  const backlogs = backlogTexts(verdict.faults).flatMap((text) => wrapped(text, 4, 2));
  return [...columns([head, ...rows], 2), ...toothless, ...backlogs];
}

/** Held rules as a count, for the candidate and the baselines apart where they differ; broken ones in full. */
function validity({ validity: all }: ExperimentVerdict): string[] {
  const broken = all.filter(({ held }) => !held);
  const tally = (of: (variant: string) => boolean) => {
    const own = all.filter(({ variant }) => of(variant));
    const held = own.filter((rule) => rule.held).length;
    return {
      held,
      total: own.length,
      text: `${count(held)} of ${plural(own.length, 'validity check')} held`,
    };
  };
  const own = tally((variant) => variant === CANDIDATE);
  const others = tally((variant) => variant !== CANDIDATE);
  const same = others.total === 0 || broken.length === 0;
  const counts = same
    ? [`  ${tally(() => true).text}`]
    : [`  candidate: ${own.text}; baselines: ${others.text}`];
  return [
    ...counts,
    ...broken.flatMap(({ rule, trial, observed, advice }) => [
      ...wrapped(`${rule} broken in ${trial}: ${observed}.`.replace('..', '.'), 6, 4),
      ...wrapped(advice, 6),
    ]),
  ];
}

function inconclusive({ objectives: all }: ExperimentVerdict): string[] {
  return all
    .filter(({ variant, outcome }) => variant === CANDIDATE && outcome === 'inconclusive')
    .flatMap(({ name, advice }) => wrapped(`${name} is inconclusive. ${advice}`, 6, 2));
}
