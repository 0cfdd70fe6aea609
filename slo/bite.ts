import type { Bite } from '#contract/fault.ts';
import { type CallOutcome, METRICS } from '#contract/names.ts';
import type { PlannedFault } from '#contract/plan.ts';
import type { Scrape } from '#contract/record.ts';
import { responseMs, type Sample } from '#contract/sample.ts';
import { linkEnds } from '#contract/topology.ts';
import type { TrialView } from '#contract/trial-view.ts';

export interface BiteSeen {
  held: boolean;
  observed: string;
}

/** Whether the fault took effect, by the calls that the link's client side made inside the fault window. */
export function seeBite(view: TrialView, fault: PlannedFault): BiteSeen {
  const { link, anyOf, readBack } = fault.bite;
  if (link === null || anyOf.length === 0)
    return { held: true, observed: 'nothing was injected: this is the control' };
  const { from } = linkEnds(link);
  const calls = from === 'client' ? clientCallsInWindow(view) : callsInWindow(view, from);
  if (!calls) return { held: false, observed: `the calls of ${from} were not counted at both edges` };
  const inPlace = view.facts.faults.find(({ name }) => name === fault.name)?.inPlace ?? [];
  const wasThere = readBack === undefined || inPlace.includes(readBack);
  const held = wasThere && anyOf.some((evidence) => isSeen(evidence, calls));
  const first = readBack === undefined ? '' : `${wasThere ? '' : 'not read back: '}${readBack}; `;
  return { held, observed: `${first}${callsText(calls, link)}` };
}

interface Calls {
  /** Those that ended. */
  count: number;
  okCount: number;
  okMeanSeconds: number;
  timeouts: number;
  errors: number;
  /** Answered 5xx, where that is counted apart. */
  serverErrors: number;
  begun: number;
  /** Begun and not ended. */
  hanging: number;
}

function isSeen(evidence: Bite['anyOf'][number], calls: Calls): boolean {
  if ('meanCallSecondsAtLeast' in evidence) {
    return calls.okCount > 0 && calls.okMeanSeconds >= evidence.meanCallSecondsAtLeast;
  }
  if ('hangingShareAtLeast' in evidence) {
    return calls.begun >= evidence.calls && calls.hanging / calls.begun >= evidence.hangingShareAtLeast;
  }
  if (calls.count < evidence.calls) return false;
  if ('serverErrorShareAtLeast' in evidence)
    return calls.serverErrors / calls.count >= evidence.serverErrorShareAtLeast;
  return 'timeoutShareAtLeast' in evidence
    ? calls.timeouts / calls.count >= evidence.timeoutShareAtLeast
    : calls.errors / calls.count >= evidence.errorShareAtLeast;
}

function callsText(calls: Calls, link: string): string {
  const share = (part: number) => `${(calls.count === 0 ? 0 : (part / calls.count) * 100).toFixed(1)} %`;
  const mean =
    calls.okCount > 0 ? `answered in ${calls.okMeanSeconds.toFixed(2)} s on average` : 'none answered';
  return [
    `${calls.count} calls over ${link} ended in the window: ${mean}`,
    `${share(calls.timeouts)} timed out`,
    ...(calls.errors > 0 ? [`${share(calls.errors)} failed`] : []),
    ...(calls.serverErrors > 0 ? [`${share(calls.serverErrors)} were answered 5xx`] : []),
    ...(calls.hanging > 0 ? [`${calls.hanging} of ${calls.begun} begun ones still waited`] : []),
  ].join(', ');
}

/** k6's codes for a request that it gave up on, waiting for an answer or for a connection. */
const CLIENT_TIMEOUTS: readonly number[] = [1050, 1211];

/** The client is the load generator: its calls are the samples of requests that were sent in the fault window. */
function clientCallsInWindow({ spans, tape, outcomes }: TrialView): Calls | null {
  const { fault } = spans;
  if (!fault) return null;
  const begun = outcomes.flatMap((sample, i) => {
    const plannedMs = tape.atMs[i]!;
    if (!sample) return [];
    const sentMs = plannedMs + sample.latenessMs;
    const isInside = sentMs >= fault.fromMs && sentMs < fault.toMs;
    return isInside ? [{ sample, ended: plannedMs + responseMs(sample) < fault.toMs }] : [];
  });
  const ended = begun.flatMap(({ sample, ended }) => (ended ? [sample] : []));
  const answered = ended.filter(({ status }) => status !== 0);
  const gaveUp = ({ status, errorCode }: Sample) => status === 0 && CLIENT_TIMEOUTS.includes(errorCode);
  const timeouts = ended.filter(gaveUp).length;
  const seconds = answered.reduce((sum, { serviceMs }) => sum + serviceMs / 1000, 0);
  return {
    count: ended.length,
    okCount: answered.length,
    okMeanSeconds: answered.length === 0 ? 0 : seconds / answered.length,
    timeouts,
    // Refused (1212), reset (1220), or closed without an answer: an answer of any status came over the link.
    errors: ended.length - answered.length - timeouts,
    serverErrors: answered.filter(({ status }) => status >= 500).length,
    begun: begun.length,
    hanging: begun.length - ended.length,
  };
}

/** The service's own counters between the two edges of the window. */
function callsInWindow(view: TrialView, service: string): Calls | null {
  const at = (moment: Scrape['moment']) =>
    view.facts.scrapes.find((scrape) => scrape.moment === moment && scrape.service === service)?.values;
  const [first, last] = [at('injected'), at('before-heal')];
  if (!first || !last) return null;
  const growth = (series: string) => (last[series] ?? 0) - (first[series] ?? 0);
  const duration = (part: 'sum' | 'count', outcome: CallOutcome) =>
    growth(`${METRICS.upstreamCallDuration}_${part}{outcome="${outcome}"}`);
  const okCount = duration('count', 'ok');
  const timeouts = duration('count', 'timeout');
  const errors = duration('count', 'error');
  const count = okCount + timeouts + errors + duration('count', 'rejected');
  const begun = growth(METRICS.upstreamStarted);
  return {
    count,
    okCount,
    okMeanSeconds: okCount === 0 ? 0 : duration('sum', 'ok') / okCount,
    timeouts,
    errors,
    // Among the errors: the counter doesn't tell them apart.
    serverErrors: 0,
    begun,
    // Calls from before the window may have ended in it.
    hanging: Math.max(0, begun - count),
  };
}
