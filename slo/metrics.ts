import { METRICS } from '#contract/metrics.ts';
import type { Phase } from '#contract/names.ts';
import type { Scrape } from '#contract/record.ts';
import { responseMs, type Samples, serviceMs } from '#contract/samples.ts';
import { plannedIn, type Span, type TrialView, valuesIn } from '#contract/trial-view.ts';
import { accuracyIn } from './accuracy.ts';
import { backlogOf } from './backlog.ts';
import { hitRatioIn, shortOfIdealIn } from './cache-hits.ts';
import { goodputIn } from './goodput.ts';
import { callsPerHotExpiryInFault } from './hot-expiry.ts';
import {
  acceptedShareIn,
  ackP99In,
  effectsBeyondOne,
  jobsLost,
  jobsWrong,
  secondsToLastFinal,
} from './jobs.ts';
import { requestsLostAtKill } from './lost-at-kill.ts';
import { goodputOfCapacity, primaryOfCapacity } from './of-capacity.ts';
import { primaryShareInFault } from './primary-share.ts';
import { DEFAULT_WITHIN_SECONDS, judgeRecoveryOf } from './recovery.ts';
import { replacedAnswersInFault, rolledBackAnswersInRecovery } from './replaced-answers.ts';
import { firstGoodputIn, flipRate } from './stages.ts';
import { quantile } from './statistics/quantile.ts';
import { tenantGoodputInFault, tenantP99OfAlone } from './tenants.ts';

/** A number that claims compare: one value per trial, null where the trial has none. */
export interface Metric {
  summary: string;
  unit: 'share' | 'seconds' | 'milliseconds' | 'calls' | 'requests';
  /** Of an accuracy: the phase whose answers it counts, so that two variants can be compared key by key. */
  pairsKeysOf?: Phase;
  of(view: TrialView): number | null;
}

/** All metrics that a claim can name. */
export const metrics = {
  'steady-p50-response-ms': {
    summary: 'median response time of the requests sent in the steady phase',
    unit: 'milliseconds',
    of: (view) => steadyQuantile(view, responseMs, 0.5),
  },
  'steady-p95-response-ms': {
    summary: 'response time that 95 % of the requests sent in the steady phase kept within',
    unit: 'milliseconds',
    of: (view) => steadyQuantile(view, responseMs, 0.95),
  },
  'steady-p99-response-ms': {
    summary: 'response time that 99 % of the requests sent in the steady phase kept within',
    unit: 'milliseconds',
    of: (view) => steadyQuantile(view, responseMs, 0.99),
  },
  'steady-median-service-ms': {
    summary: "median service time of the steady phase: without the generator's lateness, in microseconds",
    unit: 'milliseconds',
    of: (view) => steadyQuantile(view, serviceMs, 0.5),
  },
  'steady-goodput': {
    summary: 'correct answers within the deadline ÷ requests planned in the steady phase',
    unit: 'share',
    of: (view) => goodputOf(view, 'steady'),
  },
  'goodput-in-fault': {
    summary: 'correct answers within the deadline ÷ requests planned in the fault window',
    unit: 'share',
    of: (view) => goodputOf(view, 'fault'),
  },
  'goodput-in-recovery': {
    summary: 'correct answers within the deadline ÷ requests planned from the heal to the end',
    unit: 'share',
    of: (view) => goodputOf(view, 'recovery'),
  },
  'primary-share-in-fault': {
    summary: "the primary model's answers within the deadline ÷ requests planned in the fault window",
    unit: 'share',
    of: primaryShareInFault,
  },
  'goodput-of-capacity-in-fault': {
    summary: 'correct answers within the deadline, a second of the fault window ÷ C',
    unit: 'share',
    of: goodputOfCapacity,
  },
  'primary-of-capacity-in-fault': {
    summary: "the primary model's answers within the deadline, a second of the fault window ÷ C",
    unit: 'share',
    of: primaryOfCapacity,
  },
  'seconds-to-drain': {
    summary:
      'from the end of the fault until no more calls wait than before it, by the readings of the metrics',
    unit: 'seconds',
    of: (view) => backlogOf(view)?.drainedSeconds ?? null,
  },
  'seconds-to-recover': {
    summary: 'from the heal to the first of three healthy seconds, primary answers among them; whole seconds',
    unit: 'seconds',
    of: (view) => judgeRecoveryOf(view, DEFAULT_WITHIN_SECONDS).recoverSeconds,
  },
  'accuracy-in-steady': {
    summary: 'answers of the right class ÷ answers 200 in the steady phase',
    unit: 'share',
    pairsKeysOf: 'steady',
    of: (view) => accuracyIn(view, 'steady'),
  },
  'accuracy-in-fault': {
    summary: 'answers of the right class ÷ answers 200 in the fault window',
    unit: 'share',
    pairsKeysOf: 'fault',
    of: (view) => accuracyIn(view, 'fault'),
  },
  'accuracy-in-recovery': {
    summary: 'answers of the right class ÷ answers 200 from the heal to the end',
    unit: 'share',
    pairsKeysOf: 'recovery',
    of: (view) => accuracyIn(view, 'recovery'),
  },
  'hit-ratio-in-steady': {
    summary: 'answers from the prediction cache ÷ requests planned in the steady phase',
    unit: 'share',
    of: (view) => hitRatioIn(view, 'steady'),
  },
  'hit-ratio-in-fault': {
    summary: 'answers from the prediction cache ÷ requests planned in the fault window',
    unit: 'share',
    of: (view) => hitRatioIn(view, 'fault'),
  },
  'hit-ratio-short-of-ideal-in-fault': {
    summary:
      'hit ratio in the fault window of an ideal LRU cache of as many entries on the same tape, less the one seen',
    unit: 'share',
    of: (view) => shortOfIdealIn(view, 'fault'),
  },
  'model-calls-per-hot-expiry-in-fault': {
    summary:
      'calls to the model for the key that is asked for most ÷ times that its cached answer expired in the fault window',
    unit: 'calls',
    of: callsPerHotExpiryInFault,
  },
  'replaced-answers-in-fault': {
    summary: 'answers of the replaced model version ÷ answers 200, to requests planned after a swap',
    unit: 'share',
    of: replacedAnswersInFault,
  },
  'acknowledge-p99-ms': {
    summary: 'service time in which 99 % of the jobs of the steady phase were accepted',
    unit: 'milliseconds',
    of: (view) => ackP99In(view, 'steady'),
  },
  'acknowledge-p99-ms-in-fault': {
    summary: 'service time in which 99 % of the jobs of the fault window were accepted',
    unit: 'milliseconds',
    of: (view) => ackP99In(view, 'fault'),
  },
  'acknowledge-p99-ms-in-recovery': {
    summary: 'service time in which 99 % of the jobs planned from the heal to the end were accepted',
    unit: 'milliseconds',
    of: (view) => ackP99In(view, 'recovery'),
  },
  'jobs-accepted-in-fault': {
    summary: 'jobs accepted ÷ requests planned in the fault window',
    unit: 'share',
    of: (view) => acceptedShareIn(view, 'fault'),
  },
  'jobs-lost': {
    summary: 'jobs that were accepted and that nobody saw end until the trial was over',
    unit: 'requests',
    of: jobsLost,
  },
  'jobs-wrong': {
    summary: "jobs that were accepted and ended otherwise than with the model's own answer",
    unit: 'requests',
    of: jobsWrong,
  },
  'effects-beyond-one': {
    summary: 'times that jobs were done beyond once each, as their clients saw it and as the broker counted',
    unit: 'requests',
    of: effectsBeyondOne,
  },
  'seconds-to-last-final': {
    summary: 'from the end of the fault until the last job that was accepted before it had ended',
    unit: 'seconds',
    of: secondsToLastFinal,
  },
  'first-goodput-in-fault': {
    summary: 'right first answers within 50 ms ÷ requests planned in the fault window',
    unit: 'share',
    of: (view) => firstGoodputIn(view, 'fault'),
  },
  'first-goodput-in-steady': {
    summary: 'right first answers within 50 ms ÷ requests planned in the steady phase',
    unit: 'share',
    of: (view) => firstGoodputIn(view, 'steady'),
  },
  'flip-rate': {
    summary: 'jobs whose last answer is of another class than the first ÷ jobs that had both',
    unit: 'share',
    of: flipRate,
  },
  'rolled-back-answers-in-recovery': {
    summary:
      'answers of the version that a swap had put in ÷ answers 200, to requests planned after it was taken back',
    unit: 'share',
    of: rolledBackAnswersInRecovery,
  },
  'tenant-p99-of-alone-in-fault': {
    summary:
      "p99 response time of the load's own tenant in the fault window ÷ that of the steady phase, where it is alone",
    unit: 'share',
    of: tenantP99OfAlone,
  },
  'tenant-goodput-in-fault': {
    summary:
      "correct answers within the deadline ÷ requests of the load's own tenant planned in the fault window",
    unit: 'share',
    of: tenantGoodputInFault,
  },
  'requests-lost-at-kill': {
    summary: 'requests that were under way when a service was killed and got no answer 200',
    unit: 'requests',
    of: requestsLostAtKill,
  },
  'seconds-to-open': {
    summary: 'from the acknowledged inject to the breaker opening',
    unit: 'seconds',
    of: secondsToOpen,
  },
  'calls-per-request-once-open': {
    summary:
      'calls to the faulted service ÷ requests, from opening (without a breaker: from the inject) to the heal',
    unit: 'share',
    of: callsPerRequestOnceOpen,
  },
  'median-response-ms-once-open': {
    summary:
      'median response time of requests planned from opening (without a breaker: from the inject) to the heal',
    unit: 'milliseconds',
    of: medianResponseOnceOpen,
  },
} as const satisfies Record<string, Metric>;

/** The metric that a claim names; undefined for a name that none has, which a checked claim never gives. */
export function metricOf({ metric }: { metric: string }): Metric {
  return metrics[metric as keyof typeof metrics];
}

/** Metrics that `paired-keys` can compare. */
export const keyMetrics: readonly string[] = Object.entries<Metric>(metrics)
  .filter(([, { pairsKeysOf }]) => pairsKeysOf !== undefined)
  .map(([name]) => name);

function steadyQuantile(
  view: TrialView,
  of: (samples: Samples, i: number) => number,
  p: number,
): number | null {
  const { steady } = view.spans;
  return steady ? quantile(valuesIn(view, steady, of), p) : null;
}

function goodputOf(view: TrialView, phase: Phase): number | null {
  const span = view.spans[phase];
  return span ? goodputIn(view, span, view.experiment.load.deadlineMs) : null;
}

/** The gauge holds the last time that it went from closed to open, so the reading at the heal is this fault's. */
function secondsToOpen(view: TrialView): number | null {
  const injectedAt = view.facts.faults[0]?.injectedAt;
  const opened = readingAt(view, 'before-heal')?.values[METRICS.breakerOpened];
  if (opened === undefined || injectedAt == null || opened * 1000 < injectedAt) return null;
  return (opened * 1000 - injectedAt) / 1000;
}

function callsPerRequestOnceOpen(view: TrialView): number | null {
  const span = spanOnceOpen(view);
  const { t0, scrapes } = view.facts;
  const last = readingAt(view, 'before-heal');
  if (!span || !last || t0 === null) return null;
  const first = scrapes.find(({ at, service }) => service === 'gateway' && at - t0 >= span.fromMs);
  if (!first || first.at >= last.at) return null;
  const calls = (scrape: Scrape) => scrape.values[METRICS.upstreamStarted] ?? 0;
  const requests = plannedIn(view.tape, { fromMs: first.at - t0, toMs: last.at - t0 });
  return requests === 0 ? null : (calls(last) - calls(first)) / requests;
}

function medianResponseOnceOpen(view: TrialView): number | null {
  const span = spanOnceOpen(view);
  return span ? quantile(valuesIn(view, span, responseMs), 0.5) : null;
}

function spanOnceOpen(view: TrialView): Span | null {
  const { fault } = view.spans;
  if (!fault) return null;
  const seconds = secondsToOpen(view);
  return { fromMs: fault.fromMs + (seconds ?? 0) * 1000, toMs: fault.toMs };
}

export function readingAt(view: TrialView, moment: Scrape['moment']): Scrape | undefined {
  return view.facts.scrapes.find((scrape) => scrape.moment === moment && scrape.service === 'gateway');
}
