import type { BurnRate } from '#contract/budget.ts';
import type { Objective } from '#contract/experiment.ts';
import { METRICS } from '#contract/metrics.ts';
import { GATEWAY } from '../queries.ts';
import { ALLOWED, missRatio, WINDOWS, type Window } from './names.ts';

export interface Recording {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

export interface Alert {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A file of Prometheus rules. */
export interface RuleFile {
  groups: { name: string; rules: (Recording | Alert)[] }[];
}

/**
 * Recorded miss ratios of the objectives that hold all the time and that Prometheus can see, and the burn-rate alerts
 * on them.
 *
 * @param objectives by `file/name`.
 * @param alerts soonest first, windows in seconds of production.
 */
export function burnRateRules(
  objectives: Readonly<Record<string, Objective>>,
  alerts: readonly BurnRate[],
): RuleFile {
  const seen = Object.entries(objectives).filter(([, objective]) => isSeen(objective));
  return {
    groups: [
      { name: 'gauntlet-miss-ratios', rules: seen.flatMap(([slo, objective]) => recordings(slo, objective)) },
      { name: 'gauntlet-error-budgets', rules: alerts.map(alertOf) },
    ],
  };
}

/** Whether an answer is right no metric says; and a phase that a run plays is no time in production. */
export function isSeen({ indicator, phase }: Objective): boolean {
  return phase === 'steady' && (indicator === 'availability' || indicator === 'latency');
}

function recordings(slo: string, objective: Objective): Recording[] {
  const labels = { slo };
  const allowed = Number((1 - objective.target).toPrecision(12));
  return [
    { record: ALLOWED, expr: `vector(${allowed})`, labels },
    ...WINDOWS.map((window) => ({ record: missRatio(window), expr: missesOver(objective, window), labels })),
  ];
}

function missesOver(objective: Objective, window: Window): string {
  const increase = (series: string) => `sum(increase(${series}[${window}]))`;
  const all = increase(`${METRICS.requests}{${GATEWAY}}`);
  const good =
    objective.indicator === 'latency'
      ? increase(`${METRICS.requestDuration}_bucket{${GATEWAY}, le="${objective.withinMs / 1000}"}`)
      : increase(`${METRICS.requests}{${GATEWAY}, status="200"}`);
  // Without a single good answer its series need not be there, and without a request nothing is missed.
  return `clamp_min(1 - (${good} or vector(0)) / (${all} > 0), 0)`;
}

function alertOf({ severity, burnRate, longSeconds, shortSeconds }: BurnRate): Alert {
  const [long, short] = [windowOf(longSeconds), windowOf(shortSeconds)];
  const burns = (window: Window) => `${missRatio(window)} >= on (slo) (${burnRate} * ${ALLOWED})`;
  return {
    alert: 'ErrorBudgetBurns',
    expr: `(${burns(long)}) and on (slo) (${burns(short)})`,
    labels: { severity, burn_rate: String(burnRate) },
    annotations: {
      summary: `{{ $labels.slo }} burns its error budget ${burnRate} times as fast as allowed`,
      description: `Over ${long} and over ${short} its misses are {{ $value | humanizePercentage }} of the requests.`,
    },
  };
}

function windowOf(seconds: number): Window {
  const hours = seconds / 3600;
  const text = hours < 1 ? `${seconds / 60}m` : hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
  const window = WINDOWS.find((one) => one === text);
  if (!window) throw new Error(`no miss ratio is recorded over ${text}`);
  return window;
}
