import type { RegressionResult } from '#contract/verdict.ts';
import { listed, NOTHING, plural, threeDigits } from './format.ts';
import type { ExperimentView } from './view.ts';
import { amount, metricText } from './words.ts';

// How the candidate did against what it was before: a pinned run, or another commit that was played beside it.

export interface RegressionText {
  metric: string;
  before: string;
  now: string;
  effect: string;
  interval: string;
  allowed: string;
  outcome: string;
}

/** A regression's numbers, each with its unit. */
export function regressionText(result: RegressionResult): RegressionText {
  const { metric, unit, worse, before, now, effect, interval, margin, outcome } = result;
  const ratio = (value: number) => `${threeDigits(value)} ×`;
  return {
    metric: metricText(metric),
    before: amount(unit, before),
    now: amount(unit, now),
    effect: effect === null ? NOTHING : ratio(effect),
    interval: interval === null ? NOTHING : `${ratio(interval[0])} to ${ratio(interval[1])}`,
    allowed: margin === null ? NOTHING : `${worse === 'higher' ? 'at most' : 'at least'} ${ratio(margin)}`,
    outcome,
  };
}

/** The same in one line. */
export function regressionLine(result: RegressionResult): string {
  const text = regressionText(result);
  const shown = `${text.metric} ${text.before}, now ${text.now}`;
  if (result.effect === null) return `${shown}: ${text.outcome}`;
  return `${shown}: ${text.effect}, 95 % interval ${text.interval}, allowed ${text.allowed}: ${text.outcome}`;
}

/** What is said of several metrics alike is said once. */
export function regressionAdvice(results: readonly RegressionResult[]): string[] {
  const advices = [...new Set(results.map(({ advice }) => advice))].filter((advice) => advice !== '');
  return advices.map((advice) => {
    const own = results.filter((one) => one.advice === advice).map(({ metric }) => metricText(metric));
    return own.length === results.length ? advice : `${listed(own)}: ${advice}`;
  });
}

/** All that was held against one thing, with its name. */
export function regressionGroups(view: ExperimentView): { against: string; results: RegressionResult[] }[] {
  const { regressions } = view.verdict;
  return [...new Set(regressions.map(({ against }) => against))].map((against) => ({
    against: againstText(view, against),
    results: regressions.filter((one) => one.against === against),
  }));
}

function againstText({ plan }: ExperimentView, against: string): string {
  const other = plan.against;
  if (other?.variant !== against) return `the pinned run ${against}`;
  if ('url' in other) return `the server at ${other.url}`;
  return `commit ${other.commit.slice(0, 7)} (${other.ref})`;
}

/** A sentence for each thing that the candidate was held against; none where there was nothing. */
export function regressionSentences(view: ExperimentView): string[] {
  return regressionGroups(view).map(({ against, results }) => {
    const worse = results.filter(({ outcome }) => outcome === 'regression');
    if (worse.length > 0) return `It is worse than ${against}: ${worse.map(worseText).join('; ')}.`;
    const open = results.filter(({ outcome }) => outcome === 'inconclusive').length;
    if (open === 0) return `It is not shown to be worse than ${against}.`;
    return `Whether it is worse than ${against} can't be told by ${open} of ${plural(results.length, 'metric')}.`;
  });
}

function worseText(result: RegressionResult): string {
  const text = regressionText(result);
  return `${text.metric} ${text.now} where it was ${text.before} (${text.effect}, allowed ${text.allowed})`;
}
