import type { BurnRate, Watched } from '#contract/budget.ts';
import { missesAllowed } from './indicator.ts';

const HOUR = 3_600;

/**
 * The alerts that Google's SRE workbook recommends (chapter 5, "Alerting on SLOs"), soonest first; windows in seconds of
 * production. Over 30 days they ring at 2 %, 5 %, 10 % and 10 % of the budget.
 */
export const WORKBOOK: readonly BurnRate[] = [
  { severity: 'page', burnRate: 14.4, longSeconds: HOUR, shortSeconds: HOUR / 12 },
  { severity: 'page', burnRate: 6, longSeconds: 6 * HOUR, shortSeconds: HOUR / 2 },
  { severity: 'ticket', burnRate: 3, longSeconds: 24 * HOUR, shortSeconds: 2 * HOUR },
  { severity: 'ticket', burnRate: 1, longSeconds: 72 * HOUR, shortSeconds: 6 * HOUR },
];

const LONGEST_PAGE_SECONDS = 6 * HOUR;
/** A run that holds the longest page window so often has time for all that a page can do. */
const PAGE_WINDOWS_IN_A_RUN = 10;
/**
 * Whole seconds for every window: each divides five minutes. 60 is the most: five minutes are five looks then, and
 * fewer would make a coincidence of one second an alert.
 */
const SCALES = [1, 2, 5, 10, 30, 60] as const;

/** By how much windows shrink for a run of so many seconds: by 60 up to two hours, by less for longer ones. */
export function scaleFor(runSeconds: number): number {
  const fits = (scale: number) => (LONGEST_PAGE_SECONDS / scale) * PAGE_WINDOWS_IN_A_RUN <= runSeconds;
  return SCALES.find(fits) ?? SCALES.at(-1)!;
}

/** The workbook's alerts with their windows shrunk; the burn rates stay. */
export function scaled(scale: number): BurnRate[] {
  return WORKBOOK.map((rule) => ({
    ...rule,
    longSeconds: rule.longSeconds / scale,
    shortSeconds: rule.shortSeconds / scale,
  }));
}

/** Share of misses at which a burn rate is reached. */
export function missShare({ burnRate }: Pick<BurnRate, 'burnRate'>, target: number): number {
  return Number((burnRate * missesAllowed(target)).toPrecision(12));
}

/**
 * An alert must take this many misses to ring. At a pace of exactly what is allowed, so many fall by chance into one
 * window of the 14.4× page once in 30,000 windows, and of the 6× page once in 600 (Poisson with mean 5 ÷ burn rate).
 */
const LEAST_MISSES = 5;

type Rule = Watched['rules'][number];

/** What an alert can do at a target and a rate: how soon it can ring, or why it never can. */
export function atTarget(rule: BurnRate, target: number, ratePerSecond: number): Rule {
  const share = missShare(rule, target);
  const leastRequests = Math.ceil(LEAST_MISSES / share);
  const silent = whySilent(rule, share, leastRequests, ratePerSecond);
  const outageSeconds = Number((share * rule.longSeconds).toPrecision(12));
  return { ...rule, leastRequests, outageSeconds: silent === '' ? outageSeconds : null, silent };
}

function whySilent(
  { burnRate, longSeconds }: BurnRate,
  share: number,
  leastRequests: number,
  ratePerSecond: number,
): string {
  // All requests missed burn 1 ÷ (1 − target) times as fast as allowed, and nothing burns faster.
  if (share > 1) return `At this target even a total outage burns less than ${burnRate} times as fast.`;
  if (ratePerSecond * longSeconds >= leastRequests) return '';
  return `At ${ratePerSecond} requests/s the window holds fewer than the ${leastRequests} requests that it must.`;
}
