import { type Bite, targetsOf } from '#contract/fault.ts';
import { METRICS } from '#contract/metrics.ts';
import type { CallOutcome, Link } from '#contract/names.ts';
import type { PlannedFault } from '#contract/plan.ts';
import type { Scrape } from '#contract/record.ts';
import { came, latenessMs, responseMs, serviceMs } from '#contract/samples.ts';
import { linkEnds } from '#contract/topology.ts';
import type { TrialView } from '#contract/trial-view.ts';
import { type BiteSeen, seeMarked, seeOffered } from './offered.ts';
import { seeSlotsLost } from './slots-lost.ts';

/** Whether the fault took effect, by the calls that the link's client side made inside the fault window. */
export function seeBite(view: TrialView, fault: PlannedFault): BiteSeen {
  const { link, anyOf } = fault.bite;
  if (fault.offers && link === null) return seeOffered(view, fault.offers, anyOf);
  if (fault.marks) return seeMarked(view, anyOf);
  const [first] = anyOf;
  if (!first) return { held: true, observed: 'nothing was injected: this is the control' };
  const missing = missingTarget(view, fault);
  if (missing !== null) return { held: true, observed: `this variant has no ${missing}, so nothing was hit` };
  // Nobody calls it: what was read back is all that there is to see.
  if (link === null) return withReadBack(view, fault, { held: true, observed: 'nobody calls it' });
  if ('slotsLostAtLeast' in first)
    return withReadBack(view, fault, seeSlotsLost(view, fault, first.slotsLostAtLeast));
  const { from } = linkEnds(link);
  // Whoever calls there is somebody's own and counts nothing for us: that it was in place is all that there is to see.
  if (link.startsWith('target->')) return seeInPlace(view, fault, link);
  const calls = from === 'client' ? clientCallsInWindow(view) : callsInWindow(view, link);
  if (!calls) return { held: false, observed: `the calls of ${from} were not counted at both edges` };
  return withReadBack(view, fault, {
    held: anyOf.some((evidence) => isSeen(evidence, calls)),
    observed: callsText(calls, link, versionsIn(anyOf)),
  });
}

/** Whether anything was in place on the link when it was read back after the inject. */
function seeInPlace({ facts }: TrialView, { name }: PlannedFault, link: Link): BiteSeen {
  const inPlace = facts.faults.find((one) => one.name === name)?.inPlace ?? [];
  const own = inPlace.filter((what) => what.includes(link.replace('->', '_to_')));
  return {
    held: own.length > 0,
    observed: `${own.length > 0 ? own.join(', ') : 'nothing read back'}; what the target calls is not counted`,
  };
}

/** The same, where it was read back besides that it was there. */
function withReadBack({ facts }: TrialView, { name, bite }: PlannedFault, seen: BiteSeen): BiteSeen {
  const { readBack } = bite;
  if (readBack === undefined) return seen;
  const inPlace = facts.faults.find((one) => one.name === name)?.inPlace ?? [];
  const wasThere = inPlace.includes(readBack);
  const first = `${wasThere ? '' : 'not read back: '}${readBack}`;
  return { held: wasThere && seen.held, observed: `${first}; ${seen.observed}` };
}

/** The link or service that a fault is on where the trial's system has it not; null where it has. */
function missingTarget({ facts: { links } }: TrialView, { inject }: PlannedFault): string | null {
  if (links.length === 0) return null;
  const known = links.flatMap(({ link }) => [link, ...Object.values(linkEnds(link))] as string[]);
  return targetsOf(inject).find((target) => !known.includes(target)) ?? null;
}

/** The model versions whose answers are evidence. */
function versionsIn(anyOf: Bite['anyOf']): string[] {
  return anyOf.flatMap((evidence) => ('version' in evidence ? [evidence.version] : []));
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
  /** Answers that declare a version, by version; only the client is told. */
  versions: ReadonlyMap<string, number>;
}

function isSeen(evidence: Bite['anyOf'][number], calls: Calls): boolean {
  if ('meanCallSecondsAtLeast' in evidence) {
    return calls.okCount > 0 && calls.okMeanSeconds >= evidence.meanCallSecondsAtLeast;
  }
  if ('hangingShareAtLeast' in evidence) {
    return calls.begun >= evidence.calls && calls.hanging / calls.begun >= evidence.hangingShareAtLeast;
  }
  // Not seen by calls: of a fault on the load, and of lost slots.
  if ('sentShareAtLeast' in evidence || 'markedSentAtLeast' in evidence || 'slotsLostAtLeast' in evidence)
    return false;
  if (calls.count < evidence.calls) return false;
  if ('answerShareAtLeast' in evidence)
    return (calls.versions.get(evidence.version) ?? 0) / calls.count >= evidence.answerShareAtLeast;
  if ('serverErrorShareAtLeast' in evidence)
    return calls.serverErrors / calls.count >= evidence.serverErrorShareAtLeast;
  return 'timeoutShareAtLeast' in evidence
    ? calls.timeouts / calls.count >= evidence.timeoutShareAtLeast
    : calls.errors / calls.count >= evidence.errorShareAtLeast;
}

function callsText(calls: Calls, link: string, asked: readonly string[]): string {
  const share = (part: number) => `${(calls.count === 0 ? 0 : (part / calls.count) * 100).toFixed(1)} %`;
  const mean =
    calls.okCount > 0 ? `answered in ${calls.okMeanSeconds.toFixed(2)} s on average` : 'none answered';
  return [
    `${calls.count} calls over ${link} ended in the window: ${mean}`,
    `${share(calls.timeouts)} timed out`,
    ...(calls.errors > 0 ? [`${share(calls.errors)} failed`] : []),
    ...(calls.serverErrors > 0 ? [`${share(calls.serverErrors)} were answered 5xx`] : []),
    ...asked.map((version) => `${share(calls.versions.get(version) ?? 0)} were answered by ${version}`),
    ...(calls.hanging > 0 ? [`${calls.hanging} of ${calls.begun} begun ones still waited`] : []),
  ].join(', ');
}

/** k6's codes for a request that it gave up on, waiting for an answer or for a connection. */
const CLIENT_TIMEOUTS: readonly number[] = [1050, 1211];

/** The client is the load generator: its calls are the samples of requests that were sent in the fault window. */
function clientCallsInWindow({ spans, tape, samples }: TrialView): Calls | null {
  const { fault } = spans;
  if (!fault) return null;
  const calls = { count: 0, okCount: 0, okSeconds: 0, timeouts: 0, serverErrors: 0, begun: 0 };
  const versions = new Map<string, number>();
  tape.atMs.forEach((plannedMs, i) => {
    const sentMs = plannedMs + latenessMs(samples, i);
    if (!came(samples, i) || sentMs < fault.fromMs || sentMs >= fault.toMs) return;
    calls.begun += 1;
    if (plannedMs + responseMs(samples, i) >= fault.toMs) return;
    calls.count += 1;
    if (samples.status[i] !== 0) {
      calls.okCount += 1;
      calls.okSeconds += serviceMs(samples, i) / 1000;
      if (samples.status[i]! >= 500) calls.serverErrors += 1;
      const version = samples.words[samples.version[i]!]!;
      if (version !== '') versions.set(version, (versions.get(version) ?? 0) + 1);
    } else if (CLIENT_TIMEOUTS.includes(samples.errorCode[i]!)) calls.timeouts += 1;
  });
  const { count, okCount, okSeconds, timeouts, serverErrors, begun } = calls;
  return {
    count,
    okCount,
    okMeanSeconds: okCount === 0 ? 0 : okSeconds / okCount,
    timeouts,
    // Refused (1212), reset (1220), or closed without an answer: an answer of any status came over the link.
    errors: count - okCount - timeouts,
    serverErrors,
    begun,
    hanging: begun - count,
    versions,
  };
}

/** How the caller counts the calls over a link between services. */
const TO_MODEL_SERVER = { started: METRICS.upstreamStarted, duration: METRICS.upstreamCallDuration };
const TO_BROKER = { started: METRICS.brokerStarted, duration: METRICS.brokerCallDuration };
const COUNTED: Partial<Record<Link, { started: string; duration: string }>> = {
  'gateway->model-server': TO_MODEL_SERVER,
  'worker->model-server': TO_MODEL_SERVER,
  'gateway->redis': { started: METRICS.storeStarted, duration: METRICS.storeCallDuration },
  'gateway->broker': TO_BROKER,
  'worker->broker': TO_BROKER,
};

/** The caller's own counters between the two edges of the window. */
function callsInWindow(view: TrialView, link: Link): Calls | null {
  const { from: service } = linkEnds(link);
  const counted = COUNTED[link];
  if (!counted) return null;
  const at = (moment: Scrape['moment']) =>
    view.facts.scrapes.find((scrape) => scrape.moment === moment && scrape.service === service)?.values;
  const [first, last] = [at('injected'), at('before-heal')];
  if (!first || !last) return null;
  const growth = (series: string) => (last[series] ?? 0) - (first[series] ?? 0);
  const duration = (part: 'sum' | 'count', outcome: CallOutcome) =>
    growth(`${counted.duration}_${part}{outcome="${outcome}"}`);
  const okCount = duration('count', 'ok');
  const timeouts = duration('count', 'timeout');
  const errors = duration('count', 'error');
  const count = okCount + timeouts + errors + duration('count', 'rejected');
  const begun = growth(counted.started);
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
    versions: new Map(),
  };
}
