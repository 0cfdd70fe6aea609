import type { BurnRate, FaultAlert, Rang, TrialAlerts } from '#contract/budget.ts';
import { exactSeconds, NOTHING, plural, threeDigits } from './format.ts';
import type { ExperimentView } from './view.ts';

/** How far the windows are from production's. */
export function scaleText(scale: number): string {
  return scale === 1 ? "production's own windows" : `windows scaled 1:${scale}`;
}

/** Which alert would have seen which fault, a line for each fault and variant; then what rang without a fault. */
export function alertLines({ verdict }: ExperimentView): string[] {
  const variants = Map.groupBy(verdict.alerts, ({ variant }) => variant);
  const faults = [...variants].flatMap(([variant, alerts]) => {
    const seen = Map.groupBy(
      alerts.flatMap(({ faults }) => faults),
      ({ name }) => name,
    );
    return [...seen].map(([fault, plays]) => `${fault} in ${variant}: ${seenText(plays, alerts[0]!)}`);
  });
  const unprovoked = [...variants].flatMap(([variant, alerts]) => {
    const text = unprovokedText(alerts);
    return text === null ? [] : [`${variant}: ${text}`];
  });
  return [...faults, ...unprovoked];
}

/** One fault in all valid plays of one variant. */
function seenText(plays: readonly FaultAlert[], alerts: TrialAlerts): string {
  const rang = plays.flatMap(({ first }) => first ?? []);
  if (rang.length === 0) return unseenText(plays, alerts);
  const after = rang.map(({ secondsAfterInject }) => secondsAfterInject ?? 0);
  const soonest = rang[after.indexOf(Math.min(...after))]!;
  const [from, to] = [Math.min(...after), Math.max(...after)].map(threeDigits);
  return `a ${soonest.severity} would ring${often(rang, plays)} after ${from === to ? from : `${from} to ${to}`} s (${alertText(soonest)})`;
}

function unseenText(plays: readonly FaultAlert[], { watched }: TrialAlerts): string {
  const inAny = plays.length === 1 ? '' : ` in any of ${plays.length} plays`;
  const hidden = plays.some(({ rangBefore }) => rangBefore) ? ', but one rang before it came' : '';
  const text = `no alert would have seen it${inAny}${hidden}`;
  const burns = plays.flatMap(({ burnt }) => burnt ?? []);
  if (burns.length === 0) return text;
  const worst = burns.reduce((a, b) => (b.times > a.times ? b : a));
  if (worst.times <= 1) return `${text}, rightly (${burntText(worst)})`;
  return `${text} (${burntText(worst)}); ${soonestText(watched)}`;
}

function soonestText(watched: TrialAlerts['watched']): string {
  const able = watched.flatMap(({ objective, rules }) =>
    rules.flatMap(({ outageSeconds }) => (outageSeconds === null ? [] : [{ objective, outageSeconds }])),
  );
  if (able.length === 0) return 'none can ring at these targets and rates';
  const soonest = able.reduce((a, b) => (b.outageSeconds < a.outageSeconds ? b : a));
  return `the soonest, on ${soonest.objective}, takes ${threeDigits(soonest.outageSeconds)} s of total outage`;
}

function burntText({ objective, times }: NonNullable<FaultAlert['burnt']>): string {
  return `${threeDigits(times)} × the misses allowed to ${objective}`;
}

function unprovokedText(alerts: readonly TrialAlerts[]): string | null {
  const rang = alerts.flatMap(({ trial, rang }) => {
    const first = rang.find(({ fault }) => fault === null);
    return first ? [{ trial, first }] : [];
  });
  const [one] = rang;
  if (!one) return null;
  const where = alerts.length === 1 ? '' : ` of ${one.trial}`;
  return `without a fault a ${one.first.severity} would ring${often(rang, alerts)} from ${lastedText(one.first)}${where} (${alertText(one.first)})`;
}

function often(some: readonly unknown[], all: readonly unknown[]): string {
  return all.length === 1 ? '' : ` in ${some.length} of ${plural(all.length, 'play')},`;
}

function alertText({ objective, ...rule }: Rang): string {
  return `${ruleText(rule)} on ${objective}`;
}

function ruleText({ burnRate, longSeconds, shortSeconds }: BurnRate): string {
  return `${burnRate} × over ${exactSeconds(longSeconds)}/${exactSeconds(shortSeconds)}`;
}

/** Seconds after t0. */
function lastedText({ fromSecond, toSecond }: Rang): string {
  return `${fromSecond} s to ${toSecond === null ? 'the end' : `${toSecond} s`}`;
}

/** How the alerts were looked at. */
export function alertsCaption({ scale }: TrialAlerts): string {
  return `The SRE workbook's burn-rate alerts, ${scaleText(scale)}, looked at once a second. A miss counts once it can be known, and the time before the run as requests without one.`;
}

export const RANG_HEAD = ['Fault', 'Trial', 'First alert', 'After the inject', 'Rang', 'Misses ÷ allowed'];

/** A row for each fault of each trial, and for each alert that rang without one. */
export function rangRows({ verdict }: ExperimentView): string[][] {
  return verdict.alerts.flatMap(({ trial, faults, rang }) => [
    ...faults.map(({ name, first, burnt }) => [
      name,
      trial,
      first ? `${first.severity}: ${alertText(first)}` : 'none would have seen it',
      first ? `${threeDigits(first.secondsAfterInject ?? 0)} s` : NOTHING,
      first ? lastedText(first) : NOTHING,
      burnt ? `${threeDigits(burnt.times)} (${burnt.objective})` : NOTHING,
    ]),
    ...rang
      .filter(({ fault }) => fault === null)
      .map((one) => ['none', trial, `${one.severity}: ${alertText(one)}`, NOTHING, lastedText(one), NOTHING]),
  ]);
}

export const NEEDED_HEAD = ['Objective', 'Alert', 'Burn rate and windows', 'It takes'];

/** What each alert needs to ring, or why it can't. */
export function neededRows({ watched }: TrialAlerts): string[][] {
  return watched.flatMap(({ objective, rules }) =>
    rules.map((rule) => [
      objective,
      rule.severity,
      ruleText(rule),
      rule.outageSeconds === null
        ? `It can't ring. ${rule.silent}`
        : `${threeDigits(rule.outageSeconds)} s of total outage, ${plural(rule.leastRequests, 'request')} in the long window`,
    ]),
  );
}
