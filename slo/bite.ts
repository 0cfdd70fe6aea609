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

/** Whether the fault took effect, by the calls that the link's client side finished inside the fault window. */
export function seeBite(view: TrialView, fault: PlannedFault): BiteSeen {
  const { link, anyOf } = fault.bite;
  if (link === null || anyOf.length === 0)
    return { held: true, observed: 'nothing was injected: this is the control' };
  const { from } = linkEnds(link);
  const calls = from === 'client' ? clientCallsInWindow(view) : callsInWindow(view, from);
  if (!calls) return { held: false, observed: `the calls of ${from} were not counted at both edges` };
  const held = anyOf.some((evidence) =>
    'meanCallSecondsAtLeast' in evidence
      ? calls.okCount > 0 && calls.okMeanSeconds >= evidence.meanCallSecondsAtLeast
      : calls.count >= evidence.calls && calls.timeoutShare >= evidence.timeoutShareAtLeast,
  );
  const mean =
    calls.okCount > 0 ? `answered in ${calls.okMeanSeconds.toFixed(2)} s on average` : 'none answered';
  const timeouts = `${(calls.timeoutShare * 100).toFixed(1)} % timed out`;
  return { held, observed: `${calls.count} calls over ${link} ended in the window: ${mean}, ${timeouts}` };
}

interface Calls {
  count: number;
  okCount: number;
  okMeanSeconds: number;
  timeoutShare: number;
}

/** k6's code for a request that it gave up on. */
const CLIENT_TIMEOUT = 1050;

/** The client is the load generator: its calls are the samples that ended in the fault window. */
function clientCallsInWindow({ spans, tape, outcomes }: TrialView): Calls | null {
  const { fault } = spans;
  if (!fault) return null;
  const ended = outcomes.filter((sample, i): sample is Sample => {
    const sentMs = tape.atMs[i]! + (sample?.latenessMs ?? 0);
    return sample !== undefined && sentMs >= fault.fromMs && tape.atMs[i]! + responseMs(sample) < fault.toMs;
  });
  const answered = ended.filter(({ status }) => status !== 0);
  const timeouts = ended.filter(({ errorCode }) => errorCode === CLIENT_TIMEOUT).length;
  const seconds = answered.reduce((sum, { serviceMs }) => sum + serviceMs / 1000, 0);
  return {
    count: ended.length,
    okCount: answered.length,
    okMeanSeconds: answered.length === 0 ? 0 : seconds / answered.length,
    timeoutShare: ended.length === 0 ? 0 : timeouts / ended.length,
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
  const count = okCount + timeouts + duration('count', 'error') + duration('count', 'rejected');
  return {
    count,
    okCount,
    okMeanSeconds: okCount === 0 ? 0 : duration('sum', 'ok') / okCount,
    timeoutShare: count === 0 ? 0 : timeouts / count,
  };
}
